package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sets of addresses. */
class AddressBlocksTest {
    private static AddressBlocks blocks(String... blocks) {
        return new AddressBlocks(Stream.of(blocks).map(AddressBlock::parse).toList());
    }

    private static InetAddress address(String text) {
        return NetUtil.createInetAddressFromIpAddressString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "200.0.0.0/5, 207.255.255.255, true",
        "::/0, 2001:db8::1, true",
        "::/0, 10.1.1.1, true",
        "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/32, 2001:db9::, false",
        "::ffff:10.0.0.0/104, 10.7.7.7, true",
        "::1, ::1, true",
        "::1, 127.0.0.1, false",
    })
    void aBlockHoldsTheAddressesThatShareItsBits(String block, String address, boolean holds) {
        assertThat(blocks(block).contains(address(address))).isEqualTo(holds);
    }

    @Test
    void anIpv4AddressIsTheSameWhenItComesMapped() throws Exception {
        byte[] mapped = AddressBlock.mapped(new byte[] {10, 1, 2, 3});
        InetAddress asEpollTellsIt = Inet6Address.getByAddress(null, mapped, 0);

        assertThat(asEpollTellsIt).isInstanceOf(Inet6Address.class);
        assertThat(blocks("10.1.0.0/16").contains(asEpollTellsIt)).isTrue();
        assertThat(AddressBlock.parse("::ffff:10.1.0.0/112")).hasToString("10.1.0.0/16");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "192.0.2.7, 192.0.2.7/32",
        "2001:DB8:0:0::/32, 2001:db8::/32",
        "::1, ::1/128",
        "::/0, ::/0",
        "0.0.0.0/0, 0.0.0.0/0",
    })
    void aBlockIsWrittenInItsShortestFormAndReadsBack(String text, String written) {
        AddressBlock block = AddressBlock.parse(text);

        assertThat(block).hasToString(written);
        assertThat(AddressBlock.parse(written)).isEqualTo(block).hasSameHashCodeAs(block);
    }

    @Test
    void noBlocksHoldNobody() {
        assertThat(blocks().contains(address("10.0.0.1"))).isFalse();
        assertThat(blocks().isEmpty()).isTrue();
    }

    @Test
    void tenThousandBlocksHoldWhatOneOfThemHolds() {
        Random random = new Random(3);
        List<AddressBlock> all = new ArrayList<>();
        List<InetAddress> firsts = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int length = 8 + random.nextInt(25);
            int bits = random.nextInt() & (int) (-1L << (32 - length));
            firsts.add(address(NetUtil.intToIpAddress(bits)));
            all.add(AddressBlock.parse(NetUtil.intToIpAddress(bits) + "/" + length));
        }
        AddressBlocks together = new AddressBlocks(all.subList(0, 300));
        int held = 0;
        for (int i = 0; i < 2_000; i++) {
            InetAddress address = address(NetUtil.intToIpAddress(random.nextInt()));
            boolean inOne =
                    all.subList(0, 300).stream().anyMatch(each -> new AddressBlocks(List.of(each)).contains(address));
            assertThat(together.contains(address)).isEqualTo(inOne);
            held += inOne ? 1 : 0;
        }
        assertThat(held).isBetween(100, 1_900);
        AddressBlocks ten = new AddressBlocks(all);
        assertThat(firsts).allMatch(ten::contains);
    }
}
