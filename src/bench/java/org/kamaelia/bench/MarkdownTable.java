package org.kamaelia.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A Markdown table that reads as well on a terminal, printed line by line. */
final class MarkdownTable {

    private final PrintStream out;
    private final List<Column> columns;

    /** @param width what a cell is filled up to; a longer one pushes the rest of its line to the right */
    record Column(String title, int width) {}

    MarkdownTable(PrintStream out, List<Column> columns) {
        this.out = out;
        this.columns = columns;
    }

    void header() {
        row(columns.stream().map(Column::title).toList());
        row(columns.stream().map(column -> "-".repeat(column.width())).toList());
    }

    void row(List<String> cells) {
        List<String> padded = new ArrayList<>();
        for (int column = 0; column < cells.size(); column++) {
            padded.add(String.format("%-" + columns.get(column).width() + "s", cells.get(column)));
        }
        out.println("| " + String.join(" | ", padded) + " |");
    }
}
