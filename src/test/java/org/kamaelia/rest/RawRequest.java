package org.kamaelia.rest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as bytes, so that it can be what no HTTP client would send. Texts are bytes in ISO 8859-1.
 *
 * @param headers whole lines
 * @param framed whether the body is as long as its headers say
 */
record RawRequest(String method, String target, List<String> headers, String body, boolean framed) {

    RawRequest method(String changed) {
        return new RawRequest(changed, target, headers, body, framed);
    }

    RawRequest target(String changed) {
        return new RawRequest(method, changed, headers, body, framed);
    }

    /** One that is misframed stays as it is: with another body its end might never come. */
    RawRequest body(String changed) {
        return framed ? new RawRequest(method, target, headers, changed, true) : this;
    }

    RawRequest header(String line) {
        List<String> more = new ArrayList<>(headers);
        more.add(line);
        return new RawRequest(method, target, more, body, framed);
    }

    RawRequest withoutHeader(String name) {
        List<String> fewer = new ArrayList<>(headers);
        fewer.removeIf(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1));
        return new RawRequest(method, target, fewer, body, framed);
    }

    /** With a header that says something odd about the body's length, and a body that is the end of one in chunks. */
    RawRequest misframed(String line) {
        return new RawRequest(method, target, header(line).headers, "0\r\n\r\n", false);
    }

    byte[] bytes() {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        if (framed && !body.isEmpty()) {
            head.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        return head.append("\r\n").append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As a text to find it again by. */
    @Override
    public String toString() {
        String text = new String(bytes(), StandardCharsets.ISO_8859_1);
        StringBuilder shown = new StringBuilder();
        text.chars().limit(1500).forEach(c -> {
            if (c == '\n') {
                shown.append("\n  ");
            } else if (c >= ' ' && c < 127) {
                shown.append((char) c);
            } else if (c != '\r') {
                shown.append(String.format("\\x%02x", c));
            }
        });
        return shown + (text.length() > 1500 ? "... of " + text.length() + " bytes" : "");
    }
}
