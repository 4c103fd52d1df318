package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kamaelia.control.Tokens.Holder;
import org.kamaelia.control.Tokens.NewToken;
import org.kamaelia.tcp.InvalidOptions;

class TokensTest {

    /** printf secret | sha256sum */
    private static final String SECRET = "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    @Test
    void aTokenMadeHereIsFoundByItsLine() {
        NewToken made = Tokens.create("alice", Role.OPERATOR);

        Tokens tokens = Tokens.parse("tokens", made.line());

        assertThat(made.token()).hasSizeGreaterThanOrEqualTo(43);
        assertThat(made.line()).startsWith("alice operator sha256:").doesNotContain(made.token());
        assertThat(tokens.find(made.token())).contains(new Holder("alice", Role.OPERATOR));
        assertThat(Tokens.create("alice", Role.OPERATOR).token()).isNotEqualTo(made.token());
    }

    @Test
    void theHashIsThatOfTheTokensText() {
        Tokens tokens = Tokens.parse("tokens", "bob viewer " + SECRET);

        assertThat(tokens.find("secret")).contains(new Holder("bob", Role.VIEWER));
        assertThat(tokens.find("Secret")).isEmpty();
        assertThat(tokens.find("")).isEmpty();
    }

    @Test
    void commentsAndBlankLinesSayNothing() {
        Tokens tokens = Tokens.parse(
                "tokens",
                "# who may call\n\n  bob\tadmin  "
                        + SECRET.toUpperCase(java.util.Locale.ROOT).replace("SHA256", "sha256") + "\r\n   # end\n");

        assertThat(tokens.find("secret")).contains(new Holder("bob", Role.ADMIN));
    }

    @Test
    void oneNameMayHaveTwoTokens() {
        NewToken first = Tokens.create("ci", Role.VIEWER);
        NewToken second = Tokens.create("ci", Role.ADMIN);

        Tokens tokens = Tokens.parse("tokens", first.line() + "\n" + second.line());

        assertThat(tokens.find(first.token())).contains(new Holder("ci", Role.VIEWER));
        assertThat(tokens.find(second.token())).contains(new Holder("ci", Role.ADMIN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bob viewer|it has 2 words: use name role sha256:hex",
                "bob boss " + SECRET + "|role \"boss\" is unknown: use viewer, operator, admin",
                "bob viewer sha256:12|the third word is no hash: use sha256: and 64 hexadecimal digits",
                "b/b viewer " + SECRET + "|the name is not plain: use up to 64 letters, digits, '.', '_', '@' and '-'",
            })
    void aBadLineIsToldWithFileAndNumber(String line, String complaint) {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> Tokens.parse("/etc/tokens", "\n" + line + "\n"))
                .withMessage("/etc/tokens line 2: " + complaint);
    }

    @Test
    void aTokenPastedByMistakeIsNotShown() {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> Tokens.parse("tokens", "bob viewer kam_geheim"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("geheim"));
    }

    @Test
    void aFileWithoutATokenIsRefused() {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> Tokens.parse("tokens", "# nobody yet\n"))
                .withMessage("tokens has no token: make one with --new-token and add the line it prints");
    }
}
