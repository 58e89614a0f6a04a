// The whole client. The hub sends HTML fragments; each one fills its namesake on the page. What the page shows is
// always what the hub rendered, so nothing is decided here. Syntax: ES2019, for the browsers of Windows 7.

const SILENCE_MS_MAX = 6000;
const RETRY_MS = [500, 1000, 2000, 3000];
const ANSWER_MS_MAX = 12000;

const stream = document.body.dataset.stream;
const link = document.getElementById("link");
const lost = document.getElementById("lost");
const reach = document.getElementById("reach");
const spoken = document.getElementById("spoken");

const shown = new Map();
let source = null;
let heard = 0;
let failures = 0;
let up = false;
// One request at a time. What is pressed meanwhile comes next, unless it is the same button again.
let sending = null;
let next = null;

function setLink(state) {
  up = state === "up";
  link.dataset.state = state;
  const text = link.dataset[state] || "";
  if (link.textContent !== text) link.textContent = text;
  const down = state === "down";
  if (lost.hidden === down) {
    lost.hidden = !down;
    lost.textContent = down ? lost.dataset.text : "";
  }
  if (reach.disabled !== down) keepFocus(() => { reach.disabled = down; });
}

// A disabled or replaced control loses the focus: give it back to its namesake, or to the actions if that one rests.
let wanted = null;
function keepFocus(change) {
  const active = document.activeElement;
  if (active && reach.contains(active)) wanted = active.id || "acts";
  else if (active !== document.body) wanted = null;
  change();
  if (!wanted || reach.disabled) return;
  // Whoever types here goes on typing, whatever else the hall has just shown.
  if (active !== document.body && active === document.activeElement) { wanted = null; return; }
  const again = document.getElementById(wanted);
  if (again && again === document.activeElement && !again.disabled) return;
  const there = again && !again.disabled ? again : document.getElementById("acts");
  if (there) there.focus();
  wanted = null;
}

function fill(old, fresh) {
  const open = [...old.querySelectorAll("details[open]")].map(d => d.id);
  const chosen = [...old.querySelectorAll("details[open] select, details[open] input:checked")];
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const name of fresh.getAttributeNames()) old.setAttribute(name, fresh.getAttribute(name));
  old.replaceChildren(...fresh.childNodes);
  for (const id of open) {
    const drawer = id && document.getElementById(id);
    if (!drawer) continue;
    drawer.open = true;
    for (const was of chosen) {
      const now = [...drawer.querySelectorAll(`[name="${was.name}"]`)].find(c => c.type === was.type && (was.tagName === "SELECT" || c.value === was.value));
      if (now && now.tagName === "SELECT" && [...now.options].some(o => o.value === was.value)) now.value = was.value;
      else if (now) now.checked = true;
    }
  }
}

// `revision` is the journal's: an answer that comes late never overwrites what a newer event has shown.
function patch(html, revision) {
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const fresh of [...box.content.children]) {
    const before = shown.get(fresh.id), text = fresh.outerHTML;
    const old = document.getElementById(fresh.id);
    if (!old || (before && (before.revision > revision || before.text === text))) continue;
    shown.set(fresh.id, { revision, text });
    keepFocus(() => fill(old, fresh));
  }
  const now = document.getElementById("now");
  if (!now) return;
  document.title = now.dataset.title;
  if (spoken && spoken.textContent !== now.dataset.spoken) spoken.textContent = now.dataset.spoken;
}

function notice(html) {
  const old = document.getElementById("notice"), box = document.createElement("template");
  box.innerHTML = html;
  const fresh = box.content.getElementById("notice");
  if (old && fresh) old.replaceChildren(...fresh.childNodes);
  if (fresh) fresh.remove();
  return box.innerHTML;
}

async function signedOut() {
  try {
    const answer = await fetch(location.pathname, { method: "HEAD", redirect: "manual", cache: "no-store" });
    return answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
  } catch (_) {
    return false;
  }
}

function connect() {
  heard = Date.now();
  source = new EventSource(stream);
  source.addEventListener("hello", event => {
    if (event.data !== document.body.dataset.version) location.reload();
  });
  source.addEventListener("beat", alive);
  source.addEventListener("patch", event => { alive(); patch(event.data, Number(event.lastEventId)); });
  source.onerror = retry;
}

function alive() {
  heard = Date.now();
  failures = 0;
  if (!up) setLink("up");
}

async function retry() {
  if (!source) return;
  source.close();
  source = null;
  setLink("down");
  if (await signedOut()) { location.assign("/"); return; }
  const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
  failures += 1;
  setTimeout(connect, wait);
}

async function press(form) {
  if (link.dataset.state === "down") return;
  if (sending) { if (sending !== form.action) next = form.action; return; }
  sending = form.action;
  await send(form);
  sending = null;
  const action = next;
  next = null;
  const button = [...document.querySelectorAll("form[data-live] button")].find(b => b.form.action === action);
  if (button && !button.disabled && !reach.disabled) button.form.requestSubmit();
}

async function send(form) {
  const id = form.elements.namedItem("command_id");
  if (id && !id.value) id.value = uuid();
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), ANSWER_MS_MAX);
  try {
    const answer = await fetch(form.action, { signal: patience.signal, method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "navbat-live": "1" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") { location.assign("/"); return; }
    // Answered, so the next press is another request. Not answered: the same press again is the same request.
    if (id) id.value = "";
    const revision = Number(answer.headers.get("navbat-revision"));
    const html = await answer.text();
    if (Number.isFinite(revision) && answer.headers.has("navbat-revision")) {
      for (const drawer of document.querySelectorAll("details[open]")) if (drawer.contains(form) && answer.ok) drawer.open = false;
      patch(notice(html), revision);
      if (answer.ok && form.hasAttribute("data-once")) form.reset();
    } else location.reload();
  } catch (_) {
    if (source) retry();
  } finally {
    clearTimeout(late);
  }
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let at = 5; at >= 0; at -= 1) { bytes[at] = ms % 256; ms = Math.floor(ms / 256); }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map(b => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

if (stream && link && lost && reach) {
  document.addEventListener("submit", event => {
    if (!event.target.matches("form[data-live]")) return;
    event.preventDefault();
    press(event.target);
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") for (const d of document.querySelectorAll("details.drawer[open]")) { d.open = false; d.querySelector("summary").focus(); }
    if (!/^F(2|4|8|9)$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const button = document.querySelector(`[aria-keyshortcuts="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    if (event.repeat || reach.disabled) return;
    if (button.disabled) { if (sending) next = button.form.action; return; }
    button.focus();
    button.click();
  });
  document.addEventListener("toggle", event => {
    if (!event.target.open) return;
    for (const other of document.querySelectorAll("details.drawer[open]")) if (other !== event.target) other.open = false;
    const first = event.target.querySelector("select, input:not([type=hidden])");
    if (first && event.target.contains(document.activeElement)) first.focus();
  }, true);
  document.addEventListener("click", event => {
    // Who clicks everything twice must not start and finish in one go.
    if (event.detail > 1 && event.target.closest("form[data-live] button")) { event.preventDefault(); return; }
    for (const d of document.querySelectorAll("details.drawer[open]")) if (!d.contains(event.target)) d.open = false;
  });
  setInterval(() => { if (source && Date.now() - heard > SILENCE_MS_MAX) retry(); }, 1000);
  addEventListener("pagehide", () => { if (source) { source.close(); source = null; } });
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
  setLink("wait");
  connect();
}

// A visitor's ticket looks again by itself, as long as somebody looks at it.
const slip = document.getElementById("slip");
if (slip) {
  // As the hub sent it: an opened drawer is not a change.
  let last = slip.outerHTML;
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("slip");
      if (fresh && fresh.outerHTML !== last) { last = fresh.outerHTML; fill(slip, fresh); }
    } catch (_) {
      // The hub is away; the next look may find it.
    }
  }, 10000);
}

// Paper: the browser's own way to print, where there is one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
