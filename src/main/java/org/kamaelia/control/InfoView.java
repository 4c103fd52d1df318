package org.kamaelia.control;

import java.time.Instant;
import java.util.Map;

/**
 * What runs here.
 *
 * @param transport how sockets are driven: {@code epoll}, {@code io_uring}, {@code nio}
 * @param limits name and value of what bounds this process, such as {@code descriptors}
 */
public record InfoView(
        String version,
        Instant startedAt,
        String javaVersion,
        String vertxVersion,
        String transport,
        int eventLoops,
        Map<String, Object> limits) {

    public InfoView {
        limits = Map.copyOf(limits);
    }
}
