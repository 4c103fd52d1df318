package org.kamaelia.tcp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;

/**
 * The files of a configured certificate are others now.
 *
 * @param notAfter until when the certificate in use is valid; null for authorities
 * @param problem why the new files are not used, and those before are; null if the new ones are in use
 */
public record CertificateChanged(
        String certificate,
        @Nullable Instant notAfter,
        @Nullable String problem) implements Event {}
