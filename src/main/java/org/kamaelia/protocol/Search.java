package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Looks for bytes, many at once as Netty does; Vert.x's buffers have no search of their own. */
final class Search {
    private Search() {}

    /** The first place of a byte in a part of a buffer; -1 if it is not there. */
    static int indexOf(byte wanted, Buffer in, int from, int to) {
        return to > from ? ((BufferInternal) in).getByteBuf().indexOf(from, to, wanted) : -1;
    }
}
