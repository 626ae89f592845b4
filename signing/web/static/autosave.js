// Keeps a form while somebody types. Without this, every button of the form does the same.
'use strict'
const form = document.getElementById('form')
const told = document.getElementById('bewaard')
let waits
async function keep () {
  const typed = new FormData(form)
  typed.set('act', 'typed')
  try {
    const answer = await fetch(form.action, { method: 'POST', body: typed, redirect: 'error' })
    told.textContent = answer.status === 204 ? form.dataset.kept : form.dataset.lost
  } catch {
    told.textContent = form.dataset.lost
  }
}
form.addEventListener('input', () => {
  clearTimeout(waits)
  waits = setTimeout(keep, 1500)
})
form.addEventListener('submit', () => clearTimeout(waits))
