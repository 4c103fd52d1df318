package org.kamaelia.component;

/** An inbox that does not take messages of operators. */
public final class NotForOperators extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotForOperators(Inbox<?> inbox) {
        super(inbox + " does not take messages of operators"
                + (inbox.target == inbox ? "" : ": they would go on to " + inbox.target));
    }
}
