package org.kamaelia.tcp;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configured certificate, or a set of authorities, as it is in use.
 *
 * @param subjects whom its certificates are for; not those of a chain
 * @param names the DNS names that it serves, wildcards among them; empty for authorities
 * @param notAfter until when it is valid, the first to expire of several
 * @param loadedAt when the files in use were read
 * @param problem why newer files are not in use; null while all is well
 */
public record CertificateStatus(
        String name,
        List<String> subjects,
        List<String> names,
        Instant notAfter,
        Instant loadedAt,
        @Nullable String problem) {
    public CertificateStatus {
        subjects = List.copyOf(subjects);
        names = List.copyOf(names);
    }
}
