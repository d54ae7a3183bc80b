using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Contracts;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>
/// Reads an order spelled as serializers spell it: members in the contract's sequence, nothing escaped, ASCII only. It takes half the
/// time of <see cref="OrderReader"/>, and whatever it does not recognise is for that one to read or to refuse.
/// </summary>
internal ref struct SequentialOrderReader
{
    private readonly CopyBuffer _rows;
    private readonly bool _amountsMayBeText;
    private ReadOnlySpan<byte> _rest;

    private SequentialOrderReader(ReadOnlySpan<byte> text, CopyBuffer rows, bool amountsMayBeText)
    {
        _rest = text;
        _rows = rows;
        _amountsMayBeText = amountsMayBeText;
    }

    private static ReadOnlySpan<long> Scale => [1, 10, 100, 1_000, 10_000];

    /// <summary>Appends the row of the order that <paramref name="text"/> begins with.</summary>
    /// <param name="text">From the opening brace on.</param>
    /// <param name="rows">Where to.</param>
    /// <param name="amountsMayBeText">Whether a string may stand for a decimal.</param>
    /// <param name="orderId">The order's id.</param>
    /// <param name="length">Bytes up to the closing brace, that included.</param>
    /// <returns><see langword="false"/> when the order is spelled in another way or breaks a rule. Nothing is appended then.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, CopyBuffer rows, bool amountsMayBeText, out Guid orderId, out int length)
    {
        var row = rows.Length;
        var reader = new SequentialOrderReader(text, rows, amountsMayBeText);
        if (reader.TryReadHead(out orderId, out var total) && reader.TryReadLines(out var sum)
            && reader.Skip("}"u8) && OrderTotal.IsSum(total, sum))
        {
            ContentHash.Append(rows, row);
            length = text.Length - reader._rest.Length;
            return true;
        }

        rows.TruncateTo(row);
        length = 0;
        return false;
    }

    private bool TryReadHead(out Guid orderId, out long total)
    {
        total = 0;
        if (!Skip("{\"orderId\":"u8) || !TryReadUuid(out orderId)
            || !Skip(",\"customerId\":"u8) || !TryReadText(OrderRules.MaxCustomerIdLength, out var customerId)
            || !Skip(",\"placedAt\":"u8) || !TryReadTime(out var placedAt)
            || !Skip(",\"currency\":"u8) || !TryReadText(OrderRules.CurrencyLength, out var currency) || !OrderReader.IsCurrency(currency)
            || !Skip(",\"total\":"u8) || !TryReadDecimal(OrderRules.TotalDecimals, out total, out _))
        {
            orderId = default;
            return false;
        }

        OrderColumns.Write(_rows, orderId, customerId, placedAt, currency, total);
        return true;
    }

    private bool TryReadLines(out UInt128 sum)
    {
        sum = 0;
        if (!Skip(",\"lines\":["u8))
        {
            return false;
        }

        var jsonb = _rows.BeginJsonb();
        _rows.Append((byte)'[');
        for (var count = 1; TryReadLine(ref sum); count++)
        {
            if (!Skip(","u8))
            {
                _rows.Append((byte)']');
                _rows.EndJsonb(jsonb);
                return Skip("]"u8);
            }

            if (count == OrderRules.MaxLines)
            {
                return false;
            }

            _rows.Append((byte)',');
        }

        return false;
    }

    private bool TryReadLine(ref UInt128 sum)
    {
        var line = _rest;
        if (!Skip("{\"sku\":"u8) || !TryReadText(OrderRules.MaxSkuLength, out var sku)
            || !Skip(",\"quantity\":"u8) || !TryReadNumber(0, out var quantity, out var quantityText)
            || quantity is < 1 or > OrderRules.MaxQuantity
            || !Skip(",\"unitPrice\":"u8) || !TryReadDecimal(OrderRules.UnitPriceDecimals, out var unitPrice, out var priceText))
        {
            return false;
        }

        WriteLine(line[..^_rest.Length], sku, quantityText, priceText);
        sum += Math.BigMul((ulong)quantity, (ulong)unitPrice);
        return Skip("}"u8);
    }

    private readonly void WriteLine(ReadOnlySpan<byte> line, ReadOnlySpan<byte> sku, ReadOnlySpan<byte> quantity, ReadOnlySpan<byte> price)
    {
        var beforeSku = "{\"sku\":\""u8;
        var beforeQuantity = "\",\"quantity\":"u8;
        var beforePrice = ",\"unitPrice\":"u8;
        var canonicalPrice = WithoutTrailingZeros(price);
        var beforeEnd = beforeSku.Length + sku.Length + beforeQuantity.Length + quantity.Length + beforePrice.Length;
        if (line.Length == beforeEnd + price.Length)
        {
            // Nothing stands in between, so this is the line as it is to be stored.
            _rows.Append(line[..(beforeEnd + canonicalPrice.Length)]);
        }
        else
        {
            _rows.Append(beforeSku);
            _rows.Append(sku);
            _rows.Append(beforeQuantity);
            _rows.Append(quantity);
            _rows.Append(beforePrice);
            _rows.Append(canonicalPrice);
        }

        _rows.Append((byte)'}');
    }

    private static ReadOnlySpan<byte> WithoutTrailingZeros(ReadOnlySpan<byte> number) =>
        number.Contains((byte)'.') ? number.TrimEnd((byte)'0').TrimEnd((byte)'.') : number;

    // Inlined, the text is a constant whose comparison is a few instructions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Skip(ReadOnlySpan<byte> expected)
    {
        if (!_rest.StartsWith(expected))
        {
            return SkipSpaced(expected);
        }

        _rest = _rest[AfterSpace(_rest, expected.Length)..];
        return true;
    }

    /// <summary>The same with white space wherever JSON allows it.</summary>
    private bool SkipSpaced(ReadOnlySpan<byte> expected)
    {
        var rest = _rest;
        var at = 0;
        var isInName = false;
        foreach (var character in expected)
        {
            at = isInName ? at : AfterSpace(rest, at);
            if (at == rest.Length || rest[at] != character)
            {
                return false;
            }

            at++;
            isInName ^= character == (byte)'"';
        }

        _rest = rest[AfterSpace(rest, at)..];
        return true;
    }

    private static int AfterSpace(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        return at;
    }

    private bool SkipQuote()
    {
        if (_rest.IsEmpty || _rest[0] != (byte)'"')
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    private bool TryReadUuid(out Guid value)
    {
        value = default;
        if (!SkipQuote() || !Utf8Parser.TryParse(_rest, out value, out var length, 'D'))
        {
            return false;
        }

        _rest = _rest[length..];
        return SkipQuote();
    }

    private bool TryReadTime(out DateTimeOffset value)
    {
        value = default;
        return SkipQuote() && CompactTime.TryRead(ref _rest, out value) && SkipQuote();
    }

    // In ASCII a byte is a code point.
    private bool TryReadText(int maxLength, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!SkipQuote())
        {
            return false;
        }

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
                    return false;
            }
        }

        return false;
    }

    private bool TryReadDecimal(int decimals, out long units, out ReadOnlySpan<byte> text)
    {
        var isText = _amountsMayBeText && SkipQuote();
        return TryReadNumber(decimals, out units, out text) && (!isText || SkipQuote());
    }

    /// <summary>Reads a number without sign or exponent.</summary>
    /// <param name="decimals">Digits it may have after the point.</param>
    /// <param name="units">The amount in units of its last decimal.</param>
    /// <param name="text">Its characters.</param>
    private bool TryReadNumber(int decimals, out long units, out ReadOnlySpan<byte> text)
    {
        units = 0;
        text = default;
        var start = _rest;
        var digits = ReadDigits(Amount.Digits - decimals, ref units);
        if (digits == 0 || (digits > 1 && start[0] == (byte)'0'))
        {
            return false;
        }

        var fraction = 0;
        if (!_rest.IsEmpty && _rest[0] == (byte)'.')
        {
            _rest = _rest[1..];
            fraction = ReadDigits(decimals, ref units);
            if (fraction == 0)
            {
                return false;
            }
        }

        units *= Scale[decimals - fraction];
        text = start[..^_rest.Length];
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
