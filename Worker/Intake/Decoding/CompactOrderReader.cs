using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Contracts;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>
/// Reads an order spelled as serializers spell it: members in the contract's sequence, no white space, nothing escaped, ASCII only.
/// It takes half the time of <see cref="OrderReader"/>, and whatever it does not recognise is for that one to read or to refuse.
/// </summary>
internal ref struct CompactOrderReader
{
    private readonly CopyBuffer _rows;
    private ReadOnlySpan<byte> _rest;

    private static ReadOnlySpan<long> Scale => [1, 10, 100, 1_000, 10_000];

    private CompactOrderReader(ReadOnlySpan<byte> body, CopyBuffer rows)
    {
        _rest = body;
        _rows = rows;
    }

    /// <summary>Appends the order's row.</summary>
    /// <returns><see langword="false"/> when the body is spelled in another way or breaks a rule; a part of the row may be written.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, CopyBuffer rows, out Guid orderId)
    {
        var row = rows.Length;
        var reader = new CompactOrderReader(body, rows);
        if (!reader.TryReadHead(out orderId, out var total) || !reader.TryReadLines(out var sum)
            || !reader._rest.SequenceEqual("}"u8) || !OrderTotal.IsSum(total, sum))
        {
            return false;
        }

        ContentHash.Append(rows, row);
        return true;
    }

    private bool TryReadHead(out Guid orderId, out long total)
    {
        total = 0;
        if (!Skip("{\"orderId\":\""u8) || !TryReadUuid(out orderId)
            || !Skip("\",\"customerId\":\""u8) || !TryReadText(OrderRules.MaxCustomerIdLength, out var customerId)
            || !Skip(",\"placedAt\":\""u8) || !CompactTime.TryRead(ref _rest, out var placedAt)
            || !Skip("\",\"currency\":\""u8) || !TryReadText(OrderRules.CurrencyLength, out var currency)
            || !OrderReader.IsCurrency(currency)
            || !Skip(",\"total\":"u8) || !TryReadAmount(OrderRules.TotalDecimals, out total, out _))
        {
            orderId = default;
            return false;
        }

        _rows.BeginRow(OrderStore.ColumnCount);
        _rows.WriteUuid(orderId);
        _rows.WriteText(customerId);
        _rows.WriteTimestamp(placedAt);
        _rows.WriteText(currency);
        _rows.WriteNumeric(total, OrderRules.TotalDecimals);
        return true;
    }

    /// <summary>
    /// Copies the lines as they stand, which is canonical but for zeros at the end of a price.
    /// </summary>
    private bool TryReadLines(out UInt128 sum)
    {
        sum = 0;
        if (!Skip(",\"lines\":["u8))
        {
            return false;
        }

        var jsonb = _rows.BeginJsonb();
        _rows.Append((byte)'[');
        for (var count = 1; count <= OrderRules.MaxLines; count++)
        {
            if (!TryReadLine(ref sum) || _rest.IsEmpty)
            {
                return false;
            }

            var separator = _rest[0];
            _rest = _rest[1..];
            _rows.Append(separator);
            if (separator == (byte)']')
            {
                _rows.EndJsonb(jsonb);
                return true;
            }

            if (separator != (byte)',')
            {
                return false;
            }
        }

        return false;
    }

    private bool TryReadLine(ref UInt128 sum)
    {
        var line = _rest;
        if (!Skip("{\"sku\":\""u8) || !TryReadText(OrderRules.MaxSkuLength, out _)
            || !Skip(",\"quantity\":"u8) || !TryReadAmount(0, out var quantity, out _) || quantity is < 1 or > OrderRules.MaxQuantity
            || !Skip(",\"unitPrice\":"u8) || !TryReadAmount(OrderRules.UnitPriceDecimals, out var unitPrice, out var superfluous))
        {
            return false;
        }

        _rows.Append(line[..(line.Length - _rest.Length - superfluous)]);
        _rows.Append((byte)'}');
        sum += Math.BigMul((ulong)quantity, (ulong)unitPrice);
        return Skip("}"u8);
    }

    // Inlined, the text is a constant whose comparison is a few instructions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Skip(ReadOnlySpan<byte> expected)
    {
        if (!_rest.StartsWith(expected))
        {
            return false;
        }

        _rest = _rest[expected.Length..];
        return true;
    }

    private bool TryReadUuid(out Guid value)
    {
        if (!Utf8Parser.TryParse(_rest, out value, out var length, 'D'))
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    /// <summary>Reads up to the closing quote and past it. In ASCII a byte is a code point.</summary>
    private bool TryReadText(int maxLength, out ReadOnlySpan<byte> text)
    {
        var rest = _rest;
        for (var i = 0; i < rest.Length && i <= maxLength; i++)
        {
            switch (rest[i])
            {
                case (byte)'"':
                    text = rest[..i];
                    _rest = rest[(i + 1)..];
                    return i > 0;
                case < 0x20 or (byte)'\\' or > 0x7F:
                    text = default;
                    return false;
            }
        }

        text = default;
        return false;
    }

    /// <summary>Reads a number without sign or exponent.</summary>
    /// <param name="decimals">Digits it may have after the point.</param>
    /// <param name="units">The amount in units of its last decimal.</param>
    /// <param name="superfluous">Characters at its end that do not change it: zeros after the point, and the point when nothing else follows it.</param>
    private bool TryReadAmount(int decimals, out long units, out int superfluous)
    {
        units = 0;
        superfluous = 0;
        var startsWithZero = !_rest.IsEmpty && _rest[0] == (byte)'0';
        var digits = ReadDigits(Amount.Digits - decimals, ref units);
        if (digits == 0 || (digits > 1 && startsWithZero))
        {
            return false;
        }

        var fraction = 0;
        if (!_rest.IsEmpty && _rest[0] == (byte)'.')
        {
            var point = _rest;
            _rest = _rest[1..];
            fraction = ReadDigits(decimals, ref units);
            var zeros = fraction - point[1..(1 + fraction)].TrimEnd((byte)'0').Length;
            superfluous = zeros == fraction ? zeros + 1 : zeros;
            if (fraction == 0)
            {
                return false;
            }
        }

        units *= Scale[decimals - fraction];
        return true;
    }

    // Stops at the limit: what follows a number is checked by whoever reads on, and a further digit is never that.
    private int ReadDigits(int limit, ref long value)
    {
        var count = 0;
        while (count < limit && count < _rest.Length && (uint)(_rest[count] - '0') is var digit and <= 9)
        {
            value = (value * 10) + digit;
            count++;
        }

        _rest = _rest[count..];
        return count;
    }
}
