package org.kamaelia.tcp;

import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Inbox;

/** What the {@link Selector} is asked. Kamaelia's {@code newReader}, {@code newWriter} and their removal. */
public sealed interface SelectorRequest {

    /** Does what is asked; called by the selector. */
    void serve();

    /** What can be selected: a stream socket or a listening one. */
    sealed interface Selectable permits StreamSocket, ListenSocket {
        /** Tells that inbox once when there is something to read, or to accept; null for nobody. */
        void readInterest(@Nullable Inbox<Ready> inbox);

        /** Tells that inbox once when the socket takes more; null for nobody. */
        void writeInterest(@Nullable Inbox<Ready> inbox);
    }

    /** Tell that inbox once when there is something to read, or to accept. */
    record NewReader(Selectable socket, Inbox<Ready> inbox) implements SelectorRequest {
        @Override
        public void serve() {
            socket.readInterest(inbox);
        }
    }

    /** Tell that inbox once when the socket takes more. */
    record NewWriter(Selectable socket, Inbox<Ready> inbox) implements SelectorRequest {
        @Override
        public void serve() {
            socket.writeInterest(inbox);
        }
    }

    /** Tell nobody any more when there is something to read, or to accept. */
    record RemoveReader(Selectable socket) implements SelectorRequest {
        @Override
        public void serve() {
            socket.readInterest(null);
        }
    }

    /** Tell nobody any more when the socket takes more. */
    record RemoveWriter(Selectable socket) implements SelectorRequest {
        @Override
        public void serve() {
            socket.writeInterest(null);
        }
    }
}
