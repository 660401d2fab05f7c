// @ts-check

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/**
 * Loads a classic script once, when it is first needed.
 *
 * @param {string} address
 * @returns {Promise<void>}
 * @throws {Error} When it cannot be loaded; the next call tries again.
 */
export function loadScript(address) {
  const known = loading.get(address);
  if (known !== undefined) return known;
  const script = document.createElement("script");
  /** @type {Promise<void>} */
  const loaded = new Promise((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => {
      loading.delete(address);
      script.remove();
      reject(new Error(`Cannot load ${address}: the web interface does not answer`));
    };
  });
  loading.set(address, loaded);
  script.src = address;
  document.head.append(script);
  return loaded;
}
