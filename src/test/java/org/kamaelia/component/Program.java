package org.kamaelia.component;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a property does to the kernel and its model, one operation after the other; printed one a line.
 *
 * @param operations in their order
 */
record Program(List<Operation> operations) {
    static final int COMPONENTS = 4;
    static final int INBOXES = 2;
    static final int BOXES_EACH = 4;
    static final int BOXES = COMPONENTS * BOXES_EACH;

    /** What is done; the text names the operands: {@code {a}} a component, {@code {b}} and {@code {c}} boxes. */
    enum Kind {
        LINK("{a} links {b} to {c}"),
        UNLINK("{a} unlinks what leads on from {b}"),
        UNLINK_COMPONENT("{a} unlinks all it linked to and from {of b}"),
        SEND("{b} sends a parcel of {weight}"),
        OFFER("{b} offers a parcel of {weight}"),
        ASK_ROOM("{b} asks for room"),
        TELL("{b} is told a parcel of {weight}"),
        RECEIVE("{b} receives"),
        POLL("{b} polls"),
        BOUND("{b} gets the bound {weight}"),
        ACTIVATE("{a} is activated"),
        WAKE("{a} is woken"),
        END("{a} is ended"),
        ADD_CHILD("{a} adds the child {of b}"),
        REMOVE_CHILD("{a} removes the child {of b}"),
        REMOVE_BOX("{b} is removed"),
        ADD_BOX("{b} is added anew"),
        RUN("all run until they sleep"),
        IN_STEP("{a} in its next step:"),
        IN_END("{a} in its end:"),
        IN_CHILDS_END("{a} when a child has ended:");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** How a step, or a hook, comes back. */
    enum Verdict {
        PAUSE,
        AGAIN,
        DETOUR,
        DONE,
        THROW
    }

    /**
     * One operation.
     *
     * @param a a component
     * @param b a box
     * @param c another box, or a small number
     * @param inner what is done in a step or hook
     * @param verdict how that comes back
     */
    record Operation(Kind kind, int a, int b, int c, List<Operation> inner, Verdict verdict) {
        Operation(Kind kind, int a, int b, int c) {
            this(kind, a, b, c, List.of(), Verdict.PAUSE);
        }

        /** From 1 to 3. */
        int weight() {
            return 1 + c % 3;
        }

        @Override
        public String toString() {
            String line = kind.text
                    .replace("{a}", component(a))
                    .replace("{b}", box(b))
                    .replace("{c}", box(c))
                    .replace("{of b}", component(b / BOXES_EACH))
                    .replace("{weight}", Integer.toString(weight()));
            if (!line.endsWith(":")) {
                return line;
            }
            return inner.stream().map(each -> each + "; ").collect(Collectors.joining("", line + " ", verdict.name()));
        }
    }

    static String component(int index) {
        return Character.toString('A' + index);
    }

    static boolean isInbox(int box) {
        return box % BOXES_EACH < INBOXES;
    }

    static String box(int box) {
        int slot = box % BOXES_EACH;
        return component(box / BOXES_EACH) + (isInbox(box) ? ".in" + slot : ".out" + (slot - INBOXES));
    }

    @Override
    public String toString() {
        return operations.stream().map(each -> "\n  " + each).collect(Collectors.joining());
    }
}
