package org.kamaelia.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.kamaelia.tcp.InvalidOptions;

/**
 * Who may call the admin plane: a file with a line {@code name role sha256:hex} for each token, the hash being of the token's
 * text, so that the file gives no token away. Blank lines and those that start with {@code #} say nothing. One name may have
 * several tokens: that is how one is replaced.
 */
public final class Tokens {

    /** Whose token it is. */
    public record Holder(String name, Role role) {}

    /**
     * A token just made.
     *
     * @param token the secret, to be shown once
     * @param line what goes into the token file
     */
    public record NewToken(String token, String line) {}

    private static final class Entry {
        private final Holder holder;
        private final byte[] hash;

        Entry(Holder holder, byte[] hash) {
            this.holder = holder;
            this.hash = hash;
        }
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-fA-F]{64}");
    private static final int RANDOM_BYTES = 32;

    private final List<Entry> entries;

    private Tokens(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * Reads a token file's text.
     *
     * @param file its name, for messages
     * @throws InvalidOptions naming file and line of everything wrong, or if there is no token at all
     */
    public static Tokens parse(String file, String text) {
        List<Entry> entries = new ArrayList<>();
        List<InvalidOptions.Problem> problems = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                entries.add(entry(line));
            } catch (InvalidOptions e) {
                problems.add(new InvalidOptions.Problem("", file + " line " + (i + 1) + ": " + e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidOptions(problems);
        }
        if (entries.isEmpty()) {
            throw new InvalidOptions("", file + " has no token: make one with --new-token and add the line it prints");
        }
        return new Tokens(List.copyOf(entries));
    }

    /**
     * Makes a token of 256 random bits.
     *
     * @throws InvalidOptions for a name that would not read back
     */
    public static NewToken create(String name, Role role) {
        checkName(name);
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String token = "kam_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        return new NewToken(
                token, name + " " + role.word() + " sha256:" + HexFormat.of().formatHex(hash(token)));
    }

    /** Who has this token. It takes the same time whichever it is, and if it is none. */
    public Optional<Holder> find(String token) {
        byte[] hash = hash(token);
        Holder found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash, hash)) {
                found = entry.holder;
            }
        }
        return Optional.ofNullable(found);
    }

    private static Entry entry(String line) {
        String[] words = line.split("\\s+", -1);
        if (words.length != 3) {
            // the words are not shown: one of them may be a token that somebody pasted by mistake
            throw new InvalidOptions("", "it has " + words.length + " words: use name role sha256:hex");
        }
        checkName(words[0]);
        Role role = Role.named(words[1]);
        if (!HASH.matcher(words[2]).matches()) {
            throw new InvalidOptions("", "the third word is no hash: use sha256: and 64 hexadecimal digits");
        }
        byte[] hash = HexFormat.of().parseHex(words[2].substring("sha256:".length()));
        return new Entry(new Holder(words[0], role), hash);
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidOptions("", "the name is not plain: use up to 64 letters, digits, '.', '_', '@' and '-'");
        }
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
