// Values that are built once.

/** A function that calls `build(object, key)` again only if the key is not the last one of that object. */
export function memoize(build) {
  const built = new WeakMap();
  return (object, key = "") => {
    const last = built.get(object);
    if (last?.key === key) return last.value;
    const value = build(object, key);
    built.set(object, { key, value });
    return value;
  };
}
