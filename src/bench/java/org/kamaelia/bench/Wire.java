package org.kamaelia.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The bytes of one of the load client's connections, whatever becomes of them on the way. Never blocks. */
interface Wire {

    /** How many bytes came into the buffer; 0 if none did yet, -1 at the end. The buffer has room for {@link Pattern#MAX_SLICE}. */
    int read(ByteBuffer into) throws IOException;

    /** How many of the bytes were taken; they may not have left. */
    int write(ByteBuffer from) throws IOException;

    /** Sends what was taken and has not left; true if nothing of that remains. */
    boolean flush() throws IOException;

    /** How the bytes go. */
    enum Kind {
        PLAIN {
            @Override
            Wire open(SocketChannel connected) {
                return new Plain(connected);
            }
        },
        TLS {
            @Override
            Wire open(SocketChannel connected) throws IOException {
                return TlsWire.open(connected);
            }
        };

        /** @param connected still in blocking mode */
        abstract Wire open(SocketChannel connected) throws IOException;
    }

    /** As they are. */
    record Plain(SocketChannel channel) implements Wire {
        @Override
        public int read(ByteBuffer into) throws IOException {
            return channel.read(into);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return channel.write(from);
        }

        @Override
        public boolean flush() {
            return true;
        }
    }
}
