import { memo } from "react";
import type { ReactNode } from "react";
import { Box, Text } from "ink";
import type { Model } from "../model/model.ts";
import { footerEntries, helpEntries, menuEntries } from "../update/action_entries.ts";
import { type FrameEntries, frameTexts } from "./frame.ts";
import type { Style } from "./style.ts";

/** What the screen is drawn from. */
export interface AppProps {
  readonly model: Model;
  readonly style: Style;
}

/** The whole screen: one line of text for each of its rows. */
export function App({ model, style }: AppProps): ReactNode {
  const rows = frameTexts(model, style, entriesOf(model));
  // Lines are measured already. Ink, whose table of widths may differ, must not cut them.
  return (
    <Box flexDirection="column" width={model.columns * 2} flexShrink={0}>
      {rows.map((text, row) => <Row key={row} text={text} />)}
    </Box>
  );
}

/** A row that has not changed costs nothing. */
const Row = memo(function Row({ text }: { readonly text: string }): ReactNode {
  return <Text wrap="truncate">{text}</Text>;
});

/** Only what is on the screen is worked out. */
function entriesOf(model: Model): FrameEntries {
  const dialog = model.dialogs.at(-1);
  return {
    footer: footerEntries(model),
    menu: dialog?.kind === "menu" ? menuEntries(model) : [],
    help: dialog?.kind === "help" ? helpEntries(model, dialog.choice.filter.text) : [],
  };
}
