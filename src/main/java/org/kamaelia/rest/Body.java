package org.kamaelia.rest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.DatabindCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.kamaelia.eventloop.Courtesy;

/** An answer's body while it is written, some kilobytes at a time: connections go first between them. */
final class Body extends OutputStream {

    private final Buffer bytes = Buffer.buffer();

    private Body() {}

    /** JSON and the end of its line. */
    static Buffer of(JsonObject json) {
        Body body = new Body();
        try {
            DatabindCodec.mapper().writeValue(body, json);
        } catch (IOException e) {
            throw new UncheckedIOException("an answer cannot be written as JSON", e);
        }
        return body.bytes.appendByte((byte) '\n');
    }

    @Override
    public void write(int one) {
        bytes.appendByte((byte) one);
    }

    @Override
    public void write(byte[] some, int offset, int length) {
        bytes.appendBytes(some, offset, length);
        Courtesy.giveWay();
    }
}
