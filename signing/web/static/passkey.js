// Passkeys: asks the browser for one and sends its answer with the form. Without this, a code does the same.
'use strict'
const form = document.getElementById('passkey')
const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON
if (form && able) {
  form.hidden = false
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const told = JSON.parse(form.dataset.options)
    try {
      const found = form.dataset.passkey === 'get'
        ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(told) })
        : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(told) })
      form.elements.answer.value = JSON.stringify(found)
    } catch {
      form.elements.answer.value = ''
    }
    form.submit()
  })
}
