// Lists what the hub's document describes, and tries it out. Text from anywhere is put in as text,
// never as markup; the key stays in this page.
"use strict";

const place = document.getElementById("operations");

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function resolve(api, schema) {
  while (schema?.$ref) {
    schema = schema.$ref.slice(2).split("/").reduce((at, part) => at[part], api);
  }
  return schema ?? {};
}

// A body to begin with: what must be given, then what may be.
function example(api, schema) {
  const made = {};
  for (const part of resolve(api, schema).allOf ?? [schema]) {
    const { properties = {}, required = [] } = resolve(api, part);
    for (const name of required) {
      const kind = resolve(api, properties[name]).type;
      made[name] = kind === "boolean" ? true : kind === "array" ? [] : kind === "integer" ? 0 : "";
    }
  }
  return made;
}

function optional(api, schema) {
  return (resolve(api, schema).allOf ?? [schema]).flatMap((part) => {
    const { properties = {}, required = [] } = resolve(api, part);
    return Object.keys(properties).filter((name) => !required.includes(name));
  });
}

async function call(method, path, operation, fields, body) {
  let url = path;
  const query = new URLSearchParams();
  const headers = {};
  for (const { name, in: where } of operation.parameters) {
    const value = fields.get(name).value;
    if (where === "path") url = url.replace(`{${name}}`, encodeURIComponent(value));
    else if (value && where === "query") query.set(name, value);
    else if (value) headers[name] = value;
  }
  const key = document.getElementById("key").value.trim();
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (query.size) url += `?${query}`;
  const answer = await fetch(url, { method: method.toUpperCase(), headers, body });
  const text = await answer.text();
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: as it came */ }
  return `${answer.status} ${answer.statusText}\n\n${shown}`;
}

function show(api, path, method, operation) {
  const form = element("form");
  const fields = new Map();
  for (const parameter of operation.parameters) {
    const input = element("input");
    input.required = parameter.required;
    input.placeholder = parameter.description;
    fields.set(parameter.name, input);
    form.append(element("label", "", element("span", parameter.name), input));
  }
  const schema = operation.requestBody?.content["application/json"].schema;
  let body;
  if (schema) {
    body = element("textarea");
    body.value = JSON.stringify(example(api, schema), null, 2);
    body.setAttribute("aria-label", "Body");
    const more = optional(api, schema);
    form.append(body);
    if (more.length) form.append(element("small", `May also hold: ${more.join(", ")}`));
  }
  const output = element("pre");
  form.append(element("button", "Try it"), output);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    output.textContent = "Waiting…";
    try {
      output.textContent = await call(method, path, operation, fields, body?.value);
    } catch (problem) {
      output.textContent = String(problem);
    }
  });
  const line = element("summary", "", element("b", method), element("code", path), operation.summary);
  const made = element("details", "", line, form);
  made.dataset.words = `${method} ${path} ${operation.summary}`.toLowerCase();
  return made;
}

async function start() {
  const api = await (await fetch("/openapi.json")).json();
  // In reading order.
  const groups = new Map(
    api.tags.map(({ name }) => [name, element("section", "", element("h2", name))]),
  );
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = operation.tags[0];
      groups.get(name).append(show(api, path, method, operation));
    }
  }
  place.replaceChildren(...groups.values());
  document.getElementById("find").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const made of place.querySelectorAll("details")) {
      made.hidden = !made.dataset.words.includes(wanted);
    }
  });
}

start().catch((problem) => { place.textContent = `The document could not be read: ${problem}`; });
