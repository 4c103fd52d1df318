package org.kamaelia.tcp;

/** The one message of {@code ReadReady}, {@code SendReady} and {@code newconnection}: look at your socket. */
public enum Ready {
    READY
}
