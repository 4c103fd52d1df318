package org.kamaelia;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** PROXY headers, as proxies send them. */
final class ProxyHeaders {
    static final byte[] SIGNATURE = bytes("\r\n\r\n\0\r\nQUIT\n");

    private ProxyHeaders() {}

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            all.writeBytes(each);
        }
        return all.toByteArray();
    }

    /** Version 1, over TCP4. */
    static byte[] text(String client, int port) {
        return bytes("PROXY TCP4 " + client + " 192.0.2.1 " + port + " 443\r\n");
    }

    /** Version 2, whatever it says. */
    static byte[] binary(int command, int family, byte[] content) {
        ByteBuffer head = ByteBuffer.allocate(4);
        head.put((byte) (0x20 | command)).put((byte) family).putShort((short) content.length);
        return join(SIGNATURE, head.array(), content);
    }

    /** Version 2 for a client with an IP address, and whatever stands behind the addresses. */
    static byte[] binary(String client, int port, byte[] extensions) throws Exception {
        byte[] address = InetAddress.getByName(client).getAddress();
        ByteBuffer ports = ByteBuffer.allocate(4).putShort((short) port).putShort((short) 443);
        byte[] content = join(address, new byte[address.length], ports.array(), extensions);
        return binary(1, address.length == 4 ? 0x11 : 0x21, content);
    }

    /** Version 2 for a client of a UNIX domain socket. */
    static byte[] unix(String path) {
        byte[] content = new byte[216];
        System.arraycopy(bytes(path), 0, content, 0, path.length());
        return binary(1, 0x31, content);
    }

    /** An extension. */
    static byte[] extension(int type, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(3 + length).put((byte) type).putShort((short) length);
        return bytes.array();
    }
}
