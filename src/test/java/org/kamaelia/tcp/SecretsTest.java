package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static JsonObject json(String text) {
        return new JsonObject(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "Password",
                "dbPasswd",
                "passphrase",
                "standbyPassword",
                "telecomPasswd",
                "hobbyPassphrase",
                "new\nPassword",
                "pass",
                "smtp_pass",
                "userPass",
                "passkey",
                "PASSCODE",
                "pwd",
                "adminPwd",
                "secret",
                "clientSecret",
                "token",
                "accessToken",
                "credentials",
                "authorization",
                "bearer",
                "cookie",
                "jwtKey",
                "psk",
                "privateKey",
                "private-key",
                "api_key",
                "apikey",
                "API.KEY",
                "encryptionKey",
                "hmac-key",
                "sessionKey",
                "auth",
                "basicAuth",
                "cred",
                "key",
                "pin",
                "PW",
                "salt",
                "otp"
            })
    void theseAreSecrets(String name) {
        JsonObject shown = Secrets.hide(new JsonObject().put(name, "x").put("deep", new JsonObject().put(name, 7)));

        assertThat(shown).isEqualTo(new JsonObject().put(name, "***").put("deep", new JsonObject().put(name, "***")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "passive",
                "passthrough",
                "bypass",
                "compass",
                "passes",
                "keepAlive",
                "routingKey",
                "keyword",
                "author",
                "clientAuth",
                "spin",
                "address",
                "pinned",
                "monkey"
            })
    void theseAreNone(String name) {
        assertThat(Secrets.hide(new JsonObject().put(name, "x"))).isEqualTo(new JsonObject().put(name, "x"));
    }

    @Test
    void noOptionOfEveryListenerIsOne() {
        JsonObject all = ListenerOptions.fromJson(json("""
                        {'protocol': 'echo', 'host': '::1', 'portRange': {'min': 1, 'max': 2}, 'acceptRate': 1, 'acceptBurst': 1,
                         'tls': {'certificates': ['a'], 'clientAuth': 'required', 'clientCa': 'b'}}""")).toJson();

        assertThat(Secrets.hide(all)).isEqualTo(all);
    }

    @Test
    void aSecretWithoutAValueHasNothingToHide() {
        assertThat(Secrets.hide(json("{'password': null}"))).isEqualTo(json("{'password': null}"));
    }

    @Test
    void whatWasHiddenComesBack() {
        JsonObject present = json("""
                {'url': 'u', 'password': 'p', 'auth': {'user': 'a', 'pass': 1}, 'deep': {'token': 't', 'n': 1},
                 'list': [{'host': 'h', 'pwd': 'x'}, {'host': 'h', 'pwd': 'y'}, 7, null]}""");

        assertThat(Secrets.restore("o", Secrets.hide(present), present)).isEqualTo(present);
    }

    @Test
    void whatIsGivenAnewAndWhatIsNoSecretCounts() {
        JsonObject present = json("{'url': 'u', 'password': 'p', 'token': 't'}");

        assertThat(Secrets.restore("o", json("{'url': '***', 'password': '***', 'token': 'new', 'more': 1}"), present))
                .isEqualTo(json("{'url': '***', 'password': 'p', 'token': 'new', 'more': 1}"));
        assertThat(Secrets.restore("o", json("{}"), present)).isEqualTo(json("{}"));
    }

    @Test
    void ofAListTheElementsKeepTheirOwnWhereverTheyMove() {
        JsonObject present = json("{'l': [{'host': 'a', 'pwd': 'x'}, {'host': 'b', 'pwd': 'y'}]}");

        assertThat(Secrets.restore(
                        "o", json("{'l': [{'host': 'b', 'pwd': '***'}, {'host': 'c', 'pwd': 'z'}]}"), present))
                .isEqualTo(json("{'l': [{'host': 'b', 'pwd': 'y'}, {'host': 'c', 'pwd': 'z'}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|{'password': '***'}|/o/password|o.password",
                "{'password': null}|{'password': '***'}|/o/password|o.password",
                "{'a': 1}|{'a': {'b/c': {'pwd': '***'}}}|/o/a/b~1c/pwd|o.a.b/c.pwd",
                // another host would be told a secret that is not for it
                "{'l': [{'host': 'a', 'pwd': 'x'}]}|{'l': [{'host': 'evil', 'pwd': '***'}]}|/o/l/0/pwd|o.l[0].pwd",
                // which of the two is left?
                "{'l': [{'pwd': 'x'}, {'pwd': 'y'}]}|{'l': [{'pwd': '***'}]}|/o/l/0/pwd|o.l[0].pwd",
            })
    void whereNothingIsSurelyMeantItIsAnError(String present, String given, String pointer, String name) {
        InvalidOptions invalid =
                catchThrowableOfType(InvalidOptions.class, () -> Secrets.restore("o", json(given), json(present)));

        assertThat(invalid.problems())
                .containsExactly(new InvalidOptions.Problem(
                        pointer,
                        name
                                + " is \"***\", which stands for the present value, and there is none that is surely meant:"
                                + " give the value"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "redis://user:p@ss@host:6379/0|redis://user:***@host:6379/0",
                "https://ghp_abcdef@example.test/x|https://***@example.test/x",
                "jdbc:x://h/db?user=u&password=p&ssl=true|jdbc:x://h/db?user=u&password=***&ssl=true",
                "jdbc:x://h;user=u;password=p|jdbc:x://h;user=u;password=***",
                "Bearer abcdefghijklmnopqrstuvwxyz|Bearer ***",
                "try kam_abcdefghijklmnopqrstuvwxyz_0123456789-AB, please|try ***, please",
                "a://u:x@h b://v:y@i|a://u:***@h b://v:***@i",
            })
    void whatLooksLikeASecretWithinATextIsHiddenAndComesBack(String text, String shown) {
        JsonObject present = new JsonObject().put("uri", text).put("list", new JsonArray().add(text));

        JsonObject hidden = Secrets.hide(present);

        assertThat(hidden).isEqualTo(new JsonObject().put("uri", shown).put("list", new JsonArray().add(shown)));
        assertThat(Secrets.restore("o", hidden, present)).isEqualTo(present);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://host:80/path?mail=me@example.test",
                "me@example.test",
                "::1",
                "https://h/?page=2&sort=name",
                "the bearer of news",
                "kam_short",
                "a=b;c=d",
            })
    void otherTextsAreShown(String text) {
        assertThat(Secrets.hide(text)).isEqualTo(text);
    }

    @Test
    void aTextWithAHiddenPartThatIsNotThePresentOneIsAnError() {
        JsonObject present = json("{'uri': 'redis://u:p@host'}");

        InvalidOptions invalid = catchThrowableOfType(
                InvalidOptions.class, () -> Secrets.restore("o", json("{'uri': 'redis://u:***@evil'}"), present));

        assertThat(invalid.problems())
                .containsExactly(new InvalidOptions.Problem(
                        "/o/uri",
                        "o.uri has \"***\" in it, which stands for a part of the present value, and that is another"
                                + " one: give all of it"));
    }

    @Test
    void whatHasANameThatNobodyKnowsIsHiddenWhatever() {
        assertThat(Secrets.hideUnknown(
                        json(
                                "{'port': 1, 'kennwort': 'x', 'tls': {'pasw': {'a': 1}, 'port': null}, 'l': [{'x': 1}, 'y']}"),
                        Set.of("port", "tls", "l")))
                .isEqualTo(
                        json(
                                "{'port': 1, 'kennwort': '***', 'tls': {'pasw': '***', 'port': null}, 'l': [{'x': '***'}, 'y']}"));
    }
}
