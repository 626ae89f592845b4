// Tries calls of the API out from its page. Without it the page only describes them.
"use strict";

document.getElementById("key").hidden = false;
document.getElementById("key").addEventListener("submit", (event) => event.preventDefault());

for (const call of document.querySelectorAll(".call")) {
  call.querySelector(".try").hidden = false;
  call.querySelector("button").addEventListener("click", () => send(call));
}

async function send(call) {
  const query = new URLSearchParams();
  const headers = { Authorization: `Bearer ${document.getElementById("the-key").value}` };
  let path = call.dataset.path;
  for (const box of call.querySelectorAll("[data-name]")) {
    if (box.dataset.in === "path") path = path.replace(`{${box.dataset.name}}`, encodeURIComponent(box.value));
    else if (box.value && box.dataset.in === "query") query.set(box.dataset.name, box.value);
    else if (box.value && box.dataset.in === "header") headers[box.dataset.name] = box.value;
  }
  const asked = { method: call.dataset.method, headers, credentials: "omit" };
  const text = call.querySelector("textarea");
  const file = call.querySelector("input[type=file]");
  if (text) {
    asked.body = text.value;
    headers["Content-Type"] = call.dataset.takes;
  } else if (file && file.files.length) {
    asked.body = file.files[0];
    headers["Content-Type"] = file.files[0].type;
  }
  const shown = call.querySelector(".answer");
  shown.hidden = false;
  try {
    const answer = await fetch(query.size ? `${path}?${query}` : path, asked);
    const kind = answer.headers.get("Content-Type") || "";
    const told = kind.includes("json") ? JSON.stringify(await answer.json(), null, 2) : `(${kind})`;
    shown.textContent = `${answer.status} ${answer.statusText}\n${told}`;
  } catch (error) {
    shown.textContent = `The call did not reach the service: ${error.message}`;
  }
}
