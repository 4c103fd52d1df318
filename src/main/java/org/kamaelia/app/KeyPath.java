package org.kamaelia.app;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a value stands in the configuration: {@code listeners.0.port} as a user writes and reads it. Keys that hold a
 * dot can be told only in the file.
 */
record KeyPath(List<String> keys) implements Comparable<KeyPath> {

    static final KeyPath ROOT = new KeyPath(List.of());

    KeyPath {
        keys = List.copyOf(keys);
    }

    /** The path of a JSON pointer (RFC 6901), as in {@code /listeners/0/port}. */
    static KeyPath ofPointer(String pointer) {
        return new KeyPath(Stream.of(pointer.split("/", -1))
                .skip(1)
                .map(key -> key.replace("~1", "/").replace("~0", "~"))
                .collect(Collectors.toList()));
    }

    KeyPath child(String key) {
        List<String> longer = new ArrayList<>(keys);
        longer.add(key);
        return new KeyPath(longer);
    }

    KeyPath parent() {
        return new KeyPath(keys.subList(0, keys.size() - 1));
    }

    String last() {
        return keys.get(keys.size() - 1);
    }

    boolean startsWith(KeyPath other) {
        return keys.size() >= other.keys.size()
                && keys.subList(0, other.keys.size()).equals(other.keys);
    }

    boolean isRoot() {
        return keys.isEmpty();
    }

    /** A parent before its children, list elements in the order of their numbers. */
    @Override
    public int compareTo(KeyPath other) {
        for (int i = 0; i < Math.min(keys.size(), other.keys.size()); i++) {
            int order = compare(keys.get(i), other.keys.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(keys.size(), other.keys.size());
    }

    private static int compare(String a, String b) {
        boolean numbers = a.matches("\\d{1,9}") && b.matches("\\d{1,9}");
        return numbers ? Integer.compare(Integer.parseInt(a), Integer.parseInt(b)) : a.compareTo(b);
    }

    @Override
    public String toString() {
        return String.join(".", keys);
    }
}
