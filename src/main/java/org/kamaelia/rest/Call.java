package org.kamaelia.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kamaelia.rest.Problem.Fault;
import org.kamaelia.rest.Problem.Kind;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;

/**
 * One request for an operation of the contract: its parameters and its body as JSON, checked for what every operation wants.
 * Anything wrong is thrown as {@link Refused} or {@link InvalidOptions}.
 */
final class Call {

    /** Any text: what it may be is told when it is none of it. */
    static final Pattern ANYTHING = Pattern.compile("(?s).*");

    private static final int DEEPEST = 64;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** How what reads JSON begins to say that a member comes again. */
    private static final String AGAIN = "Duplicate field";

    /** Where Vert.x's own takes comments, and the last of several members of one name. */
    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonObject path;
    private final JsonObject query;
    private final JsonObject body;
    private final MultiMap headers;

    private Call(JsonObject path, JsonObject query, JsonObject body, MultiMap headers) {
        this.path = path;
        this.query = query;
        this.body = body;
        this.headers = headers;
    }

    static Call of(RoutingContext context, JsonObject path, Operation operation, Set<String> mediaTypes) {
        JsonObject body = operation.getRequestBody() == null ? new JsonObject() : readBody(context, mediaTypes);
        return new Call(
                path, readQuery(context, operation), body, context.request().headers());
    }

    /** The parameters that go in an operation's path, out of all. */
    static JsonObject path(Operation operation, JsonObject parameters) {
        return only(operation, Location.PATH, parameters);
    }

    /**
     * A call without HTTP.
     *
     * @param parameters all of them by name; those that the contract does not know count as the query's
     */
    static Call of(Operation operation, JsonObject path, JsonObject parameters, JsonObject body) {
        for (Parameter each : operation.getParameters()) {
            if (each.getIn() == Location.PATH && !(path.getValue(each.getName()) instanceof String)) {
                throw Problem.invalid(List.of(new Fault(
                                "parameter", each.getName(), each.getName() + " is missing: send it as a text")))
                        .refusal();
            }
        }
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        JsonObject given = only(operation, Location.HEADER, parameters);
        given.forEach(each -> headers.add(each.getKey(), String.valueOf(each.getValue())));
        JsonObject query = parameters.copy();
        path.fieldNames().forEach(query::remove);
        given.fieldNames().forEach(query::remove);
        if (operation.getRequestBody() == null && !body.isEmpty()) {
            throw invalidBody("there is a body, and this operation takes none: leave it out");
        }
        return new Call(path, query, body, headers);
    }

    private static JsonObject only(Operation operation, Location in, JsonObject parameters) {
        JsonObject only = new JsonObject();
        operation.getParameters().stream()
                .filter(each -> each.getIn() == in && parameters.containsKey(each.getName()))
                .forEach(each -> only.put(each.getName(), parameters.getValue(each.getName())));
        return only;
    }

    /** A parameter of the path. */
    String path(String name) {
        return Objects.requireNonNull(path.getString(name), name);
    }

    /** A parameter's value, as the contract types it; null if it was not sent. */
    @Nullable
    Object value(Parameter parameter) {
        String name = parameter.getName();
        if (parameter.getIn() == Location.HEADER) {
            String value = header(name);
            return value == null ? null : typed(value, parameter);
        }
        return (parameter.getIn() == Location.PATH ? path : query).getValue(name);
    }

    JsonObject body() {
        return body;
    }

    /** The query and the body in one: what was asked for beside the target. */
    JsonObject sent() {
        return query.copy().mergeIn(body);
    }

    /** A header's value, all of it where it was sent in several lines; null if it was not sent. */
    @Nullable
    String header(CharSequence name) {
        List<String> lines = headers.getAll(name);
        return lines.isEmpty() ? null : String.join(",", lines);
    }

    /** Reads the path's parameters, with messages that name them. */
    <T> T readPath(Function<OptionReader, T> read) {
        return parameters(path, read);
    }

    /** Reads the query's parameters, with messages that name them; one that is not asked for is an error. */
    <T> T readQuery(Function<OptionReader, T> read) {
        return parameters(query, read);
    }

    private static <T> T parameters(JsonObject json, Function<OptionReader, T> read) {
        try {
            return OptionReader.read(json, read);
        } catch (InvalidOptions e) {
            throw Problem.invalid(e.problems().stream().map(Fault::parameter).toList())
                    .refusal();
        }
    }

    /** Texts become numbers and booleans where the contract says so and they are; what is none is told when it is read. */
    private static JsonObject readQuery(RoutingContext context, Operation operation) {
        JsonObject query = new JsonObject();
        for (String name : context.queryParams().names()) {
            query.put(name, typed(name, queryText(context, name), operation));
        }
        return query;
    }

    /** The text of a parameter that is in the query; refuses one that is there more than once. */
    static String queryText(RoutingContext context, String name) {
        List<String> values = context.queryParams().getAll(name);
        if (values.size() > 1) {
            throw Problem.invalid(List.of(
                            new Fault("parameter", name, name + " is given " + values.size() + " times: give it once")))
                    .refusal();
        }
        return values.get(0);
    }

    private static Object typed(String name, String text, Operation operation) {
        Parameter parameter = operation.getParameters().stream()
                .filter(each -> each.getIn() == Location.QUERY && each.getName().equals(name))
                .findFirst()
                .orElse(null);
        return parameter == null ? text : typed(text, parameter);
    }

    private static Object typed(String text, Parameter parameter) {
        return switch (parameter.getSchemaType()) {
            case INTEGER -> text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : text;
            case BOOLEAN -> text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text) : text;
            default -> text;
        };
    }

    private static JsonObject readBody(RoutingContext context, Set<String> mediaTypes) {
        Buffer buffer = context.body().buffer();
        boolean empty = buffer == null || buffer.length() == 0;
        if (!empty || context.request().headers().contains(HttpHeaders.CONTENT_TYPE)) {
            refuseOtherMediaTypes(context, mediaTypes);
        }
        if (buffer == null || empty) {
            throw invalidBody("the body is empty: send a JSON object");
        }
        Object json = decode(buffer);
        if (json instanceof JsonObject object) {
            return object;
        }
        throw invalidBody("the body is JSON and not an object: send one as in {\"name\": \"value\"}");
    }

    private static void refuseOtherMediaTypes(RoutingContext context, Set<String> mediaTypes) {
        String given = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String[] parts = (given == null ? "" : given).toLowerCase(Locale.ROOT).split(";", 2);
        boolean unicode =
                parts.length == 1 || !parts[1].contains("charset") || parts[1].matches(".*charset *= *\"?utf-8\"?.*");
        String encoding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
        if (!mediaTypes.contains(parts[0].strip()) || !unicode) {
            String accepted = String.join(" or ", mediaTypes.stream().sorted().toList());
            throw Problem.of(
                            Kind.UNSUPPORTED_MEDIA_TYPE,
                            "the body's media type is " + (given == null ? "not given" : "\"" + cut(given) + "\"")
                                    + ": send " + accepted + " in UTF-8, and say so in Content-Type")
                    .header("Accept", accepted)
                    .refusal();
        }
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Problem.of(
                            Kind.UNSUPPORTED_MEDIA_TYPE,
                            "the body's encoding is \"" + cut(encoding) + "\": send it without Content-Encoding")
                    .header("Accept-Encoding", "identity")
                    .refusal();
        }
    }

    private static Object decode(Buffer buffer) {
        String text = text(buffer);
        check(text);
        try {
            Object json = Json.decodeValue(text);
            return json == null ? "null" : json;
        } catch (DecodeException e) {
            String where = e.getCause() instanceof JsonProcessingException cause ? where(cause) : "";
            throw invalidBody("the body is not JSON" + where);
        }
    }

    private static String text(Buffer body) {
        try {
            String text =
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
            if (text.startsWith(BYTE_ORDER_MARK)) {
                throw invalidBody("the body begins with a byte order mark, which is no part of JSON: send it without");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw invalidBody("the body is not UTF-8");
        }
    }

    /** Refuses what others would read in another way, and what lies too deep: whoever reads it does so by calls within calls. */
    private static void check(String json) {
        try (JsonParser parser = STRICT.createParser(json)) {
            check(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(JsonParser parser) throws IOException {
        int depth = 0;
        try {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart() && ++depth > DEEPEST) {
                    throw invalidBody("the body is nested more than " + DEEPEST + " deep: make it flatter");
                } else if (token.isStructEnd()) {
                    depth--;
                }
            }
        } catch (JsonProcessingException e) {
            throw e.getOriginalMessage().startsWith(AGAIN)
                    ? twice(parser.getParsingContext().pathAsPointer().toString(), e)
                    : invalidBody("the body is not JSON" + where(e));
        }
    }

    private static Refused twice(String pointer, JsonProcessingException e) {
        String name = pointer.substring(1).replace('/', '.').replace("~1", "/").replace("~0", "~");
        return Problem.invalid(List.of(new Fault(
                        "pointer",
                        pointer,
                        cut(name) + " is there twice, the second time" + place(e) + ": give it once")))
                .refusal();
    }

    private static String where(JsonProcessingException e) {
        // What stands in brackets about a source is about Jackson's settings, and not for whoever sent the body.
        return place(e) + ": " + e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
    }

    private static String place(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static Refused invalidBody(String detail) {
        return Problem.invalid(List.of(new Fault("pointer", "", detail))).refusal();
    }

    /** A text made fit for a line of a message. */
    static String cut(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 60 ? line : line.substring(0, 60) + "...";
    }
}
