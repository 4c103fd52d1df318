package org.kamaelia.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.kamaelia.tcp.CertificateStatus;

/**
 * What runs here.
 *
 * @param transport how sockets are driven: {@code epoll}, {@code io_uring}, {@code nio}
 * @param limits name and value of what bounds this process, such as {@code descriptors}
 * @param certificates those that are configured, as they are in use
 */
public record InfoView(
        String version,
        Instant startedAt,
        String javaVersion,
        String vertxVersion,
        String transport,
        int eventLoops,
        Map<String, Object> limits,
        List<CertificateStatus> certificates) {

    public InfoView {
        certificates = List.copyOf(certificates);
        limits = Map.copyOf(limits);
    }
}
