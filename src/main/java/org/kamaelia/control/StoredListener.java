package org.kamaelia.control;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/**
 * A listener that the API made, as its file in the state directory has it: all of its options, those too that had their
 * defaults, and a digest of them.
 */
record StoredListener(String name, ListenerOptions options, Wanted wanted) {
    private static final int VERSION = 1;

    private static final OptionType<Integer> ANY_VERSION = OptionType.integer(0, Integer.MAX_VALUE);
    private static final OptionType<String> WORD =
            OptionType.text("a word", "what the process wrote there", Pattern.compile("[a-z0-9]+"));
    private static final OptionType<ListenerOptions> OPTIONS =
            OptionType.object("{\"protocol\": \"echo\"}", ListenerOptions::read, ListenerOptions::toJson);

    String file() {
        return StateDirectory.file(name);
    }

    String text() {
        JsonObject given = options.toJson();
        return new JsonObject()
                        .put("version", VERSION)
                        .put("name", name)
                        .put("wanted", wanted.json())
                        .put("revision", Revision.of(given, wanted.json()))
                        .put("options", given)
                        .encodePrettily()
                + "\n";
    }

    /**
     * Reads what {@link #text} wrote, whole and unchanged.
     *
     * @param file its name
     * @throws InvalidOptions for anything else
     */
    static StoredListener read(String file, byte[] bytes) {
        JsonObject json = json(bytes);
        if (!Integer.valueOf(VERSION).equals(json.getValue("version"))) {
            throw new InvalidOptions(
                    "/version",
                    "its version is " + json.getValue("version") + ", and " + VERSION + " is the one known here");
        }
        StoredListener stored = OptionReader.read(json, StoredListener::read);
        if (!stored.file().equals(file)) {
            throw new InvalidOptions("/name", "it is of listener \"" + stored.name + "\", and not called like it");
        }
        String digest = Revision.of(json.getJsonObject("options"), stored.wanted.json());
        if (!digest.equals(json.getString("revision"))) {
            throw new InvalidOptions("/revision", "it has been changed since it was written: its digest is another");
        }
        return stored;
    }

    private static JsonObject json(byte[] bytes) {
        try {
            return new JsonObject(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (DecodeException | CharacterCodingException e) {
            throw new InvalidOptions("", "it is not JSON, or not all of it is there");
        }
    }

    private static StoredListener read(OptionReader reader) {
        int unused = reader.required("version", ANY_VERSION, VERSION);
        String name = reader.required("name", ListenerNames.TYPE, "echo");
        String word = reader.required("wanted", WORD, Wanted.RUNNING.json());
        String unusedToo = reader.required("revision", WORD, "0");
        ListenerOptions options = reader.required("options", OPTIONS, ListenerOptions.of("echo"));
        Wanted wanted = Names.find("wanted", Wanted.values(), Wanted::json, word);
        return new StoredListener(name, options, wanted);
    }
}
