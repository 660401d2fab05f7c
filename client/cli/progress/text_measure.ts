import { isPlainText, type MeasureText } from "./fit_text.ts";

/** Measures text; the table of wide characters is loaded when the first text needs it. */
export class TextMeasure {
  #measure: MeasureText = (text) => text.length;
  #isLoading = false;

  get measure(): MeasureText {
    return this.#measure;
  }

  /**
   * Notes a text that will be drawn.
   *
   * @param text A name.
   */
  prepareFor(text: string): void {
    if (this.#isLoading || isPlainText(text)) return;
    this.#isLoading = true;
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const { default: stringWidth } = await import("string-width");
      this.#measure = (text) => isPlainText(text) ? text.length : stringWidth(text);
    } catch {
      // Without the table columns may be a little off, which no transfer should fail for.
    }
  }
}
