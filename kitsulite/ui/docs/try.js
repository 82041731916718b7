"use strict";

const ui = SwaggerUIBundle({
  url: "/kitsulite/openapi.json",
  dom_id: "#swagger",
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});

/** Let the calls of the page carry the token of a person; it is forgotten with the page. */
document.getElementById("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = Object.fromEntries(new FormData(event.target));
  const answer = await fetch("/api/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(form),
  });
  const found = await answer.json();
  if (found.access_token) ui.preauthorizeApiKey("token", found.access_token);
  document.getElementById("signed-in").textContent = found.access_token
    ? `Signed in as ${form.email}`
    : found.message || "Refused: a second factor is asked for by POST /auth/login below.";
});
