package org.kamaelia.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * One configuration file as it was read: YAML or JSON, by the name's ending, else by the first character. It keeps
 * where each key stands, so that a complaint about a value can name its line.
 */
final class ConfigurationFile {

    /** With YAML 1.2 in that only true and false are booleans: {@code idleTimeout: off} is a text. */
    private static final JsonFactory YAML = YAMLFactory.builder()
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .build();

    private final Path path;
    private final JsonParser parser;
    private final Map<KeyPath, String> origins = new HashMap<>();

    private ConfigurationFile(Path path, JsonParser parser) {
        this.path = path;
        this.parser = parser;
    }

    /**
     * @param values what the file says
     * @param origins for each key in it, {@code file:line:column}
     */
    record Content(JsonObject values, Map<KeyPath, String> origins) {}

    /** Throws {@link ConfigurationFailure} for a file that is missing, unreadable or malformed. */
    static Content read(Path path) {
        String text = text(path);
        JsonFactory format = isJson(path, text) ? new JsonFactory() : YAML;
        try (JsonParser parser = format.createParser(text)) {
            ConfigurationFile file = new ConfigurationFile(path, parser);
            return new Content(file.document(), file.origins);
        } catch (JsonProcessingException malformed) {
            throw new ConfigurationFailure(malformed(path, malformed));
        } catch (IOException impossible) {
            throw new IllegalStateException("reading a string", impossible);
        }
    }

    private static String text(Path path) {
        if (Files.isDirectory(path)) {
            throw new ConfigurationFailure(path + ": is a directory, not a configuration file");
        }
        try {
            String text = Files.readString(path);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException missing) {
            throw new ConfigurationFailure(path + ": no such file");
        } catch (AccessDeniedException denied) {
            throw new ConfigurationFailure(path + ": cannot be read: permission denied");
        } catch (CharacterCodingException binary) {
            throw new ConfigurationFailure(path + ": is not UTF-8 text");
        } catch (IOException unreadable) {
            throw new ConfigurationFailure(path + ": cannot be read: " + firstLine(unreadable.getMessage()));
        }
    }

    private static boolean isJson(Path path, String text) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".json")) {
            return true;
        }
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
        return !yaml && text.stripLeading().startsWith("{");
    }

    private JsonObject document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            return new JsonObject(); // nothing but comments
        }
        if (first != JsonToken.START_OBJECT) {
            throw failure("must be a mapping of keys to values, as in \"admin: {port: 8080}\"");
        }
        JsonObject values = object(KeyPath.ROOT);
        if (parser.nextToken() != null) {
            throw failure("more than one document");
        }
        return values;
    }

    private JsonObject object(KeyPath at) throws IOException {
        JsonObject object = new JsonObject();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            KeyPath path = at.child(key);
            if (object.containsKey(key)) {
                throw failure(path + ": given twice");
            }
            origins.put(path, here());
            parser.nextToken();
            object.put(key, value(path));
        }
        return object;
    }

    private JsonArray array(KeyPath at) throws IOException {
        JsonArray array = new JsonArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            KeyPath path = at.child(Integer.toString(array.size()));
            origins.put(path, here());
            array.add(value(path));
        }
        return array;
    }

    private @Nullable Object value(KeyPath at) throws IOException {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw failure(at + ": aliases (*name) are not supported");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(at);
            case START_ARRAY -> array(at);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    private ConfigurationFailure failure(String problem) {
        return new ConfigurationFailure(here() + ": " + problem);
    }

    private String here() {
        return at(path, parser.currentTokenLocation());
    }

    private static String at(Path path, @Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? path.toString()
                : path + ":" + location.getLineNr() + ":" + location.getColumnNr();
    }

    private static String malformed(Path path, JsonProcessingException failure) {
        // what reads YAML tells of the place better by itself, and its own message quotes the text over several lines
        if (failure.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            Mark mark = yaml.getProblemMark();
            return path + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1) + ": malformed: "
                    + firstLine(yaml.getProblem());
        }
        return at(path, failure.getLocation()) + ": malformed: " + firstLine(failure.getOriginalMessage());
    }

    private static String firstLine(@Nullable String text) {
        return List.of(String.valueOf(text).split("\\R", 2)).get(0);
    }
}
