package org.kamaelia.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.kamaelia.rest.Document.Node;
import org.kamaelia.rest.Document.Operation;

/** Makes of requests that are right others that mostly are not, at random but the same for the same seed. */
final class Mutator {

    /** JSON as text: some of it can't be had from an object. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1",
            "1.5",
            "65536",
            "-0",
            "1e2",
            "1e400",
            "9".repeat(19),
            "9".repeat(400),
            "1e999999999",
            "0.000000000000000000000000001",
            "\"\"",
            "\"0s\"",
            "\"1h\"",
            "\"999999999999d\"",
            "\"off\"",
            "\"64KiB\"",
            "\"999999999GiB\"",
            "\"::1\"",
            "\"127.0.0.0/8\"",
            "\"1.2.3.4/99\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\u202e\\n\\r\\t\\u001b[31m\"",
            "\"\u00e9\u4e16\u754c\ud83d\ude00\"",
            "\"" + "x".repeat(5000) + "\"",
            "\"" + "y".repeat(70_000) + "\"",
            "\"%s%n${jndi:x}<script>'\\\";--\"",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "[\"10.0.0.0/8\",7,{}]",
            "{\"\":{}}",
            "{\"a\":1,\"a\":2}",
            "{\"min\":9,\"max\":1}",
            "{\"mode\":\"optional\",\"trusted\":[\"x\"]}",
            "{\"certificates\":[\"nobody\"]}",
            "[".repeat(60) + "]".repeat(60),
            "{\"a\":".repeat(70) + "1" + "}".repeat(70),
            "[".repeat(20_000),
            "NaN",
            "'x'",
            "/*x*/1",
            "\u0001");

    /** As they stand in a path or a query. */
    private static final List<String> TEXTS = List.of(
            "",
            "%",
            "%zz",
            "%2",
            "%00",
            "%0d%0aX:%20y",
            "%2F",
            "a%2Fb",
            "..",
            "%2e%2e%2f%2e%2e",
            ".",
            "//",
            "%ff%fe",
            "%c3%28",
            "%ed%a0%80",
            "\u00ff",
            "\u0001",
            ";a=b",
            "a;b",
            "+",
            "*",
            "-",
            "%25",
            "%E4%B8%96",
            "{name}",
            ":name",
            "?",
            "&",
            "=",
            "a=b",
            "[]",
            "1",
            "-1",
            "0",
            "1001",
            "9".repeat(30),
            "1e3",
            "true",
            "0s",
            "5m",
            "999999999999d",
            "-openedAt",
            "--idle",
            "x".repeat(300),
            "x".repeat(6000));

    private static final List<String> HEADERS = List.of(
            "Content-Type: text/plain",
            "Content-Type:",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: " + "x".repeat(2000),
            "Content-Type: \u00ff/\u00fe",
            "Content-Encoding: gzip",
            "Content-Encoding: ",
            "Accept: text/html",
            "Accept: ;;;q=9",
            "Accept-Encoding: gzip, deflate, br",
            "Accept-Language: " + "x,".repeat(500),
            "Authorization: Bearer",
            "Authorization: Basic \u00ff",
            "Host: evil.example",
            "Host: [",
            "Host:",
            "Origin: null",
            "Origin: http://evil.example",
            "Origin: ::::",
            "Expect: 100-continue",
            "Expect: tea",
            "If-Match: \"x\"",
            "If-Match: *",
            "If-Match: W/",
            "If-None-Match: \"\u00ff\", x",
            "If-Modified-Since: yesterday",
            "Last-Event-ID: -1",
            "Last-Event-ID: " + "9".repeat(30),
            "Range: bytes=5-1",
            "Connection: Upgrade",
            "Upgrade: h2c",
            "Upgrade: websocket",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
            "Sec-WebSocket-Key: x",
            "Cookie: a=b; ; =; " + "c=d;".repeat(300),
            "X-Forwarded-For: 10.0.0.1, ::, x",
            "Forwarded: for=;;",
            "X-HTTP-Method-Override: DELETE",
            "X: " + "y".repeat(9000),
            "\u00ff: x",
            "Nonsense");

    private static final List<String> WRONG_FRAMES = List.of(
            "Content-Length: -1",
            "Content-Length: 1x",
            "Content-Length: 1\r\nContent-Length: 2",
            "Content-Length: 99999999999999999999",
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, x",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");

    private static final List<String> METHODS =
            List.of("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FROB", "get");

    private final Random random;

    Mutator(long seed) {
        random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** The request that is right, with one to three things about it changed. */
    RawRequest mutate(Operation operation, Ask ask) {
        List<String> headers = new ArrayList<>(List.of("Host: localhost"));
        if (ask.body() != null) {
            headers.add("Content-Type: application/json");
        }
        String body = ask.body() == null ? "" : bytesOf(ask.body());
        RawRequest request = new RawRequest(operation.method(), ask.target(operation), headers, body, true);
        for (int changes = 1 + below(3); changes > 0; changes--) {
            request = change(operation, request);
        }
        return request;
    }

    private RawRequest change(Operation operation, RawRequest request) {
        int kind = below(100);
        if (kind < 45 && !request.body().isEmpty()) {
            return request.body(body(operation, request.body()));
        } else if (kind < 60) {
            return request.target(path(request.target()));
        } else if (kind < 80) {
            return request.target(query(operation, request.target()));
        } else if (kind < 94) {
            String line = any(HEADERS);
            String name = line.split(":", 2)[0];
            return (random.nextBoolean() ? request.withoutHeader(name) : request).header(line);
        } else if (kind < 98) {
            return request.method(any(METHODS));
        }
        return request.misframed(any(WRONG_FRAMES));
    }

    private String path(String target) {
        int end = target.indexOf('?') < 0 ? target.length() : target.indexOf('?');
        String[] segments = target.substring(0, end).split("/", -1);
        int at = random.nextInt(segments.length);
        segments[at] = switch (below(3)) {
            case 0 -> any(TEXTS);
            case 1 -> segments[at] + any(TEXTS);
            default -> segments[at] + "/" + any(TEXTS);
        };
        return plain(String.join("/", segments) + target.substring(end));
    }

    private String query(Operation operation, String target) {
        List<String> names = new ArrayList<>(operation.parameters("query").stream()
                .map(parameter -> parameter.json.getString("name"))
                .toList());
        names.add(any(TEXTS));
        String more = any(names) + (below(5) == 0 ? "" : "=") + any(TEXTS);
        return plain(target + (target.contains("?") ? "&" : "?") + more);
    }

    /** Blanks and ends of lines would make another request of it, which is no request's target but its frame. */
    private static String plain(String target) {
        String text = target.replaceAll("[ \r\n]", "");
        return text.isEmpty() ? "/" : text;
    }

    private String body(Operation operation, String body) {
        int at = random.nextInt(body.length());
        return switch (below(10)) {
            case 0 -> body.substring(0, at);
            case 1 -> body.substring(0, at) + (char) below(256) + body.substring(at + 1);
            case 2 -> bytesOf(any(VALUES));
            default -> member(operation, body);
        };
    }

    /** In UTF-8, a character for each byte. */
    private static String bytesOf(String json) {
        return new String(json.getBytes(UTF_8), ISO_8859_1);
    }

    /** One more member, known or not, perhaps a second time: JSON takes the last. */
    private String member(Operation operation, String json) {
        List<String> names = new ArrayList<>(operation.bodies().values().stream()
                .flatMap(Mutator::properties)
                .distinct()
                .toList());
        names.add("nonsense");
        names.add("");
        String value = bytesOf(below(4) == 0 ? nested() : any(VALUES));
        int end = json.lastIndexOf('}');
        String comma = json.matches("(?s)\\s*\\{\\s*}.*") ? "" : ",";
        return end < 0
                ? json + value
                : json.substring(0, end) + comma + "\"" + any(names) + "\":" + value + json.substring(end);
    }

    private String nested() {
        return below(2) == 0
                ? new JsonArray().add(below(1000)).add(any(TEXTS)).encode()
                : new JsonObject()
                        .put(any(TEXTS), below(1000))
                        .put("trusted", "x")
                        .encode();
    }

    private static Stream<String> properties(Node schema) {
        Stream<String> parts = schema.elements("allOf").stream().flatMap(Mutator::properties);
        return Stream.concat(schema.members("properties").keySet().stream(), parts);
    }

    /** Random bytes in place of a request. */
    byte[] noise() {
        byte[] bytes = new byte[1 + below(200)];
        random.nextBytes(bytes);
        return (new String(bytes, ISO_8859_1) + "\r\n\r\n").getBytes(ISO_8859_1);
    }
}
