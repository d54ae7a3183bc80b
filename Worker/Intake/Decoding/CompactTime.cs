namespace Worker.Intake.Decoding;

/// <summary>Times as serializers write them: ISO 8601 to the second or finer, in UTC or with an offset in hours and minutes.</summary>
internal static class CompactTime
{
    private const int FractionDigits = 7;
    private const int MinutesInHour = 60;
    private const int MaxOffsetHours = 14;

    /// <summary>Reads the time that <paramref name="text"/> begins with and leaves what follows it.</summary>
    /// <returns><see langword="false"/> when it is written in another way, or at the ends of the calendar.</returns>
    public static bool TryRead(ref ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        var rest = text;
        if (!TryReadNumber(ref rest, 4, out var year) || !TrySkip(ref rest, '-')
            || !TryReadNumber(ref rest, 2, out var month) || !TrySkip(ref rest, '-')
            || !TryReadNumber(ref rest, 2, out var day) || !TrySkip(ref rest, 'T')
            || !TryReadNumber(ref rest, 2, out var hour) || !TrySkip(ref rest, ':')
            || !TryReadNumber(ref rest, 2, out var minute) || !TrySkip(ref rest, ':')
            || !TryReadNumber(ref rest, 2, out var second)
            || !TryReadFraction(ref rest, out var ticks) || !TryReadOffset(ref rest, out var offset))
        {
            return false;
        }

        // In the first and the last year an offset can lead out of the calendar.
        if (year is <= 1 or >= 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        time = new DateTimeOffset(new DateTime(year, month, day, hour, minute, second).AddTicks(ticks), offset);
        text = rest;
        return true;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (!TrySkip(ref rest, '.'))
        {
            return true;
        }

        var digits = 0;
        for (var unit = TimeSpan.TicksPerSecond / 10; digits < FractionDigits && TryReadNumber(ref rest, 1, out var digit); unit /= 10)
        {
            ticks += digit * unit;
            digits++;
        }

        return digits > 0;
    }

    private static bool TryReadOffset(ref ReadOnlySpan<byte> rest, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (TrySkip(ref rest, 'Z'))
        {
            return true;
        }

        var isWest = TrySkip(ref rest, '-');
        if ((!isWest && !TrySkip(ref rest, '+')) || !TryReadNumber(ref rest, 2, out var hours) || !TrySkip(ref rest, ':')
            || !TryReadNumber(ref rest, 2, out var minutes) || minutes >= MinutesInHour || hours >= MaxOffsetHours)
        {
            return false;
        }

        var total = (hours * MinutesInHour) + minutes;
        offset = TimeSpan.FromMinutes(isWest ? -total : total);
        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> rest, int digits, out int number)
    {
        number = 0;
        if (rest.Length < digits)
        {
            return false;
        }

        foreach (var character in rest[..digits])
        {
            if (!char.IsAsciiDigit((char)character))
            {
                return false;
            }

            number = (number * 10) + (character - '0');
        }

        rest = rest[digits..];
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, char expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }
}
