// Boxes for seeds, and choices.

/** Set a box's text, but leave what is being typed: no seed yet, or this one in other words. */
function setUnlessTyped(selector, value) {
  const box = find(selector);
  const typed = box && document.activeElement === box && [undefined, value].includes(readSeed(box.value));
  if (box && !typed) box.value = value;
}

const readSeed = (text) => whole(0, LAST_SEED)(text.trim());

const roll = () => Math.floor(Math.random() * (LAST_SEED + 1));

/** A box for a seed: it takes what is allowed as it is typed, and says so of anything else. */
function seedBox(box, take) {
  const problem = Object.assign(document.createElement("span"), { className: "problem", id: `${box.id}-problem` });
  problem.setAttribute("role", "status");
  box.setAttribute("aria-describedby", problem.id);
  box.parentElement.append(problem);
  const tell = (words) => (box.title = problem.textContent = words);
  box.addEventListener("input", () => {
    const value = readSeed(box.value);
    box.setAttribute("aria-invalid", value === undefined);
    tell(value === undefined ? t("seed.allowed") : "");
    if (value !== undefined) take(value);
  });
  box.addEventListener("blur", () => {
    box.removeAttribute("aria-invalid");
    tell("");
    showControls();
  });
}

/** One of a group of radio buttons. */
function choice(name, value, text, taken) {
  const label = document.createElement("label");
  const radio = Object.assign(document.createElement("input"), { type: "radio", name, value });
  radio.addEventListener("change", taken);
  label.append(radio, Object.assign(document.createElement("span"), { textContent: text }));
  return label;
}

function endField(name) {
  const field = document.createElement("div");
  if (name === "third" || name === "fourth") field.className = "corner";
  const label = Object.assign(document.createElement("label"), { className: "name", textContent: t(`end.${name}`) });
  label.htmlFor = name;
  const joined = Object.assign(document.createElement("span"), { className: "joined" });
  const box = Object.assign(document.createElement("input"), { id: name, type: "text", inputMode: "numeric", autocomplete: "off", maxLength: 10 });
  const dice = Object.assign(document.createElement("button"), { type: "button", textContent: "⚄", title: t("seed.dice") });
  dice.setAttribute("aria-label", `${t("seed.dice")}: ${t(`end.${name}`)}`);
  dice.addEventListener("click", () => update({ [name]: roll() }));
  joined.append(box, dice);
  seedBox(box, (value) => update({ [name]: value }));
  field.append(label, joined);
  return field;
}
