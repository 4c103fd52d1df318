package org.kamaelia.tcp;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** How many connections this process can have. */
public final class FileDescriptors {
    private static final long UNKNOWN = 10_000;
    private static final int MOST = limit();

    private FileDescriptors() {}

    /** 80 % of the process's descriptor limit: the default of {@code maxConnections}. */
    public static int mostConnections() {
        return MOST;
    }

    private static int limit() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        long descriptors = system instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : UNKNOWN;
        return (int) Math.min(Integer.MAX_VALUE, descriptors / 10 * 8);
    }
}
