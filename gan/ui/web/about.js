// The About box: what the page is, questions that learners ask, plans for teachers, its source, licence, references,
// model card and versions.

import { html, nothing, render } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { t } from "./i18n.js";
import { catalogue, models } from "./runs.js";

const REFERENCES = [
  {
    id: "@inproceedings{goodfellow2014generative",
    title: "Generative Adversarial Nets",
    author:
      "Goodfellow, Ian and Pouget-Abadie, Jean and Mirza, Mehdi and Xu, Bing and Warde-Farley, David and Ozair, Sherjil and Courville, Aaron and Bengio, Yoshua",
    booktitle: "Advances in Neural Information Processing Systems",
    year: 2014,
    url: "https://arxiv.org/abs/1406.2661",
  },
  {
    id: "@article{radford2015unsupervised",
    title: "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
    author: "Radford, Alec and Metz, Luke and Chintala, Soumith",
    journal: "arXiv:1511.06434",
    year: 2015,
    url: "https://arxiv.org/abs/1511.06434",
  },
  {
    id: "@article{lecun1998gradient",
    title: "Gradient-Based Learning Applied to Document Recognition",
    author: "LeCun, Yann and Bottou, L{\\'e}on and Bengio, Yoshua and Haffner, Patrick",
    journal: "Proceedings of the IEEE",
    volume: 86,
    number: 11,
    pages: "2278--2324",
    year: 1998,
    url: "https://doi.org/10.1109/5.726791",
  },
];

const PLANS = [45, 90]; // minutes of the plans in plans.json
const ASKED = ["losses", "stop", "class", "vector", "d", "others"]; // questions that no other part of the page answers

const toBibtex = ({ id, ...fields }) => {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}},\n`);
  return `${id},\n${lines.join("")}}\n`;
};

/** The dialog. It is empty while it is closed. */
export const aboutBox = document.createElement("dialog");
aboutBox.className = "about";
aboutBox.setAttribute("aria-labelledby", "about-title");
// The event comes after the dialog has closed, and then it may be open again.
aboutBox.addEventListener("close", () => aboutBox.open || render(nothing, aboutBox));

function open() {
  render(content(), aboutBox);
  aboutBox.showModal();
}

/** Show a plan in place of what the box says. What it needs is loaded when it is asked for. */
async function openPlan(minutes) {
  try {
    const { showPlan } = await import("./plans.js");
    await showPlan(aboutBox, minutes, () => back(minutes));
  } catch {
    render(content(t("error.part")), aboutBox);
  }
}

function back(minutes) {
  render(content(), aboutBox);
  aboutBox.querySelector(`[data-plan="${minutes}"]`).focus();
}

export const aboutButton = () => html`
  <button type="button" class="about-open" aria-haspopup="dialog" @click=${open}>${t("about")}</button>`;

const content = (problem = "") => html`
  <div class="top">
    <h2 id="about-title">${t("about.title")}</h2>
    <button type="button" class="close" @click=${() => aboutBox.close()}>${t("about.close")}</button>
  </div>
  <p>${t("about.what")}</p>
  <h3>${t("about.asked")}</h3>
  <dl>
    ${ASKED.map((name) => html`<dt>${t(`about.asked.${name}`)}</dt><dd>${t(`about.asked.${name}.text`)}</dd>`)}
  </dl>
  <h3>${t("about.teach")}</h3>
  <p>${t("about.teach.text")}</p>
  <p class="buttons">
    ${PLANS.map(
      (minutes) => html`<button type="button" data-plan=${minutes} @click=${() => openPlan(minutes)}>
        ${t("plan.open", { minutes })}
      </button>`,
    )}
  </p>
  <p role="alert">${problem}</p>
  ${["source", "licence", "card"].map((part) => html`<h3>${t(`about.${part}`)}</h3><p>${t(`about.${part}.text`)}</p>`)}
  <h3>${t("about.cite")}</h3>
  <p>${t("about.cite.text")}</p>
  <ul lang="en">
    ${REFERENCES.map(
      ({ title, year, url }) => html`<li><a href=${url} target="_blank" rel="noopener">${title}</a> (${year})</li>`,
    )}
  </ul>
  <pre lang="en" tabindex="0" aria-label="BibTeX">${REFERENCES.map(toBibtex).join("\n")}</pre>
  <h3>${t("about.versions")}</h3>
  <ul class="versions">
    ${Object.entries(config.versions).map(([name, version]) => html`<li>${name} ${version}</li>`)}
    ${models().map((model) => html`<li>${t("about.run", { model: model.toUpperCase(), run: catalogue.models[model].run })}</li>`)}
  </ul>`;
