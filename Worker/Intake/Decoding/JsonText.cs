using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>Texts of a JSON body, as UTF-8, checked for what PostgreSQL cannot store.</summary>
internal static class JsonText
{
    /// <summary>Reads a string.</summary>
    /// <param name="text">The text: a part of the body, or an array of its own when it was escaped, which is rare.</param>
    /// <param name="length">Its length in code points.</param>
    public static Refusal? Read(scoped ref Utf8JsonReader reader, string member, out ReadOnlySpan<byte> text, out int length)
    {
        text = default;
        length = 0;
        if (reader.TokenType != JsonTokenType.String)
        {
            return Refusal.WrongType(member, reader.TokenType, "a string");
        }

        if (!reader.ValueIsEscaped)
        {
            text = reader.ValueSpan;
            length = CodePoints(text);
            return null;
        }

        return ReadEscaped(ref reader, member, out text, out length);
    }

    /// <summary>Appends a text to a JSON string, escaping no more than JSON asks for.</summary>
    public static void Append(CopyBuffer rows, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var end = IndexOfSpecial(text);
            if (end < 0)
            {
                rows.Append(text);
                return;
            }

            rows.Append(text[..end]);
            AppendEscaped(rows, text[end]);
            text = text[(end + 1)..];
        }
    }

    private static Refusal? ReadEscaped(scoped ref Utf8JsonReader reader, string member, out ReadOnlySpan<byte> text, out int length)
    {
        text = default;
        length = 0;
        try
        {
            text = Encoding.UTF8.GetBytes(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            return BrokenRule.LoneSurrogate(member);
        }

        length = CodePoints(text);
        return text.Contains((byte)0) ? BrokenRule.NulCharacter(member) : null;
    }

    // Every byte of UTF-8 but the continuations begins a code point.
    private static int CodePoints(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var value in utf8)
        {
            count += (value & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }

    private static int IndexOfSpecial(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < 0x20 or (byte)'"' or (byte)'\\')
            {
                return i;
            }
        }

        return -1;
    }

    private static void AppendEscaped(CopyBuffer rows, byte character)
    {
        if (character >= 0x20)
        {
            rows.Append((byte)'\\');
            rows.Append(character);
            return;
        }

        rows.Append("\\u00"u8);
        rows.Append((byte)('0' + (character >> 4)));
        rows.Append("0123456789abcdef"u8[character & 0xF]);
    }
}
