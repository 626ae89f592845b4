// Keeps a form while somebody types. Without this, every button of it does the same.
'use strict'
const form = document.getElementById('form')
const told = document.getElementById('bewaard')
let waits
async function keep () {
  const body = new FormData(form)
  body.set('act', 'typed')
  const answer = await fetch(form.action, { method: 'POST', body, redirect: 'error' }).catch(() => 0)
  told.textContent = answer.status === 204 ? form.dataset.kept : form.dataset.lost
}
form.addEventListener('input', () => {
  clearTimeout(waits)
  waits = setTimeout(keep, 1500)
})
form.addEventListener('submit', () => clearTimeout(waits))
