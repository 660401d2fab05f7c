import { memo } from "react";
import type { ReactNode } from "react";
import { Box, Text } from "ink";
import type { Model } from "../model/model.ts";
import { screenLines } from "./screen_lines.ts";
import type { Style } from "./style.ts";

/** What the screen is drawn from. */
export interface AppProps {
  readonly model: Model;
  readonly style: Style;
}

/** The whole screen: one line of text for each of its rows. */
export function App({ model, style }: AppProps): ReactNode {
  const rows = screenLines(model, style);
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
