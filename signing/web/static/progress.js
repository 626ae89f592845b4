// How far a list is: asks the page itself every few seconds. Without this, its link does the same.
'use strict'
const asks = setInterval(async () => {
  try {
    const answer = await fetch(location.href, { redirect: 'error' })
    if (!answer.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const now = page.getElementById('stand')
    if (!now) {
      clearInterval(asks)
      location.reload()
      return
    }
    document.getElementById('stand').replaceChildren(...now.children)
  } catch {
    // No connection now: the next time may do.
  }
}, 2000)
