package org.kamaelia.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Which targets were met and which were missed, to be told at the end. */
final class Verdicts {

    private final List<String> met = new ArrayList<>();
    private final List<String> missed = new ArrayList<>();

    void add(String figure, String target, boolean isMet) {
        (isMet ? met : missed).add(figure + " " + target);
    }

    void print(PrintStream out) {
        met.forEach(each -> out.println("target met:    " + each));
        missed.forEach(each -> out.println("target MISSED: " + each));
    }
}
