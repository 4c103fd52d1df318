package org.kamaelia.tcp;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Addresses that share their first bits, in CIDR notation: {@code "10.0.0.0/8"}, {@code "2001:db8::/32"}; without a
 * length it is one address. An IPv4 address and its IPv4-mapped IPv6 form are the same.
 */
public final class AddressBlock {
    /** How options hold one. */
    public static final OptionType<AddressBlock> TYPE = OptionType.word(
            "a block of addresses",
            "an address or a CIDR block without bits beyond its length, as in \"192.0.2.7\", \"10.0.0.0/8\" or"
                    + " \"2001:db8::/32\"",
            json -> parse(json.toString()),
            AddressBlock::toString);

    private static final int BITS = 128;

    /** The first address, 16 bytes. */
    private final byte[] first;

    /** How many bits of 128 are shared. */
    private final int length;

    private AddressBlock(byte[] first, int length) {
        this.first = first;
        this.length = length;
    }

    /**
     * Reads CIDR notation.
     *
     * @throws IllegalArgumentException for anything else, also if there are bits beyond the length
     */
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null || text.startsWith("[") || text.contains("%")) {
            throw new IllegalArgumentException(text);
        }
        int bits = address.length * Byte.SIZE;
        int length = slash < 0 ? bits : Integer.parseUnsignedInt(text.substring(slash + 1));
        AddressBlock block = new AddressBlock(mapped(address), length + BITS - bits);
        if (length > bits || !Arrays.equals(block.first, block.masked(block.first))) {
            throw new IllegalArgumentException(text);
        }
        return block;
    }

    /** Whether the address is one of them. */
    public boolean contains(InetAddress address) {
        return Arrays.equals(first, masked(mapped(address.getAddress())));
    }

    /** As 16 bytes, an IPv4 address in its IPv4-mapped form. */
    static byte[] mapped(byte[] address) {
        if (address.length * Byte.SIZE == BITS) {
            return address;
        }
        byte[] mapped = new byte[BITS / Byte.SIZE];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(address, 0, mapped, 12, address.length);
        return mapped;
    }

    byte[] first() {
        return first.clone();
    }

    byte[] last() {
        byte[] last = first.clone();
        for (int bit = length; bit < BITS; bit++) {
            last[bit / Byte.SIZE] |= (byte) (0x80 >> bit % Byte.SIZE);
        }
        return last;
    }

    private byte[] masked(byte[] address) {
        byte[] masked = address.clone();
        for (int bit = length; bit < BITS; bit++) {
            masked[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        return masked;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressBlock block && length == block.length && Arrays.equals(first, block.first);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(first) + length;
    }

    @Override
    public String toString() {
        try {
            // An IPv4-mapped one is an Inet4Address.
            InetAddress address = InetAddress.getByAddress(first);
            int shown = length - (BITS - address.getAddress().length * Byte.SIZE);
            return NetUtil.toAddressString(address) + "/" + shown;
        } catch (UnknownHostException cannotHappen) {
            throw new IllegalStateException(cannotHappen);
        }
    }
}
