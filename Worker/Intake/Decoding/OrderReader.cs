using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.Postgres;

namespace Worker.Intake.Decoding;

/// <summary>Reads one order object into one row.</summary>
internal ref struct OrderReader
{
    private const string Owner = "the order";

    private readonly ReadOnlySpan<byte> _body;
    private readonly CopyBuffer _rows;
    private readonly bool _amountsMayBeText;
    private readonly int _rowStart;

    private Members _seen;
    private Guid _orderId;
    private ReadOnlySpan<byte> _customerId;
    private DateTimeOffset _placedAt;
    private ReadOnlySpan<byte> _currency;
    private long _total;

    // Where the lines begin in the body, when they came before a member that the row holds ahead of them.
    private int _deferredLines;
    private bool _linesAreWritten;
    private UInt128 _sum;

    private OrderReader(ReadOnlySpan<byte> body, CopyBuffer rows, bool amountsMayBeText)
    {
        _body = body;
        _rows = rows;
        _amountsMayBeText = amountsMayBeText;
        _rowStart = rows.Length;
    }

    [Flags]
    private enum Members
    {
        None = 0,
        OrderId = 1,
        CustomerId = 2,
        PlacedAt = 4,
        Currency = 8,
        Total = 16,
        AllButLines = 31,
        Lines = 32,
        All = 63,
    }

    /// <summary>The reader stands on the order's opening brace, and after a success on the closing one.</summary>
    public static Refusal? Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> body, CopyBuffer rows, bool amountsMayBeText, ref DecodedOrder order)
    {
        var reading = new OrderReader(body, rows, amountsMayBeText);
        var refusal = reading.ReadMembers(ref reader) ?? reading.Complete();
        order.OrderId = reading._orderId;
        return refusal;
    }

    private Refusal? ReadMembers(scoped ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = NameOf(ref reader);
            if (member == Members.None)
            {
                return Refusal.UnknownMember(Owner, reader.ValueSpan);
            }

            if ((_seen & member) != 0)
            {
                return Refusal.DuplicateMember(Owner, JsonNameOf(member));
            }

            _seen |= member;
            reader.Read();
            if (ReadValue(ref reader, member) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static Members NameOf(scoped ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("orderId"u8))
        {
            return Members.OrderId;
        }

        if (reader.ValueTextEquals("customerId"u8))
        {
            return Members.CustomerId;
        }

        if (reader.ValueTextEquals("placedAt"u8))
        {
            return Members.PlacedAt;
        }

        if (reader.ValueTextEquals("currency"u8))
        {
            return Members.Currency;
        }

        if (reader.ValueTextEquals("total"u8))
        {
            return Members.Total;
        }

        return reader.ValueTextEquals("lines"u8) ? Members.Lines : Members.None;
    }

    private static string JsonNameOf(Members member) => JsonNamingPolicy.CamelCase.ConvertName(member.ToString());

    private Refusal? ReadValue(scoped ref Utf8JsonReader reader, Members member) => member switch
    {
        Members.OrderId => ReadOrderId(ref reader),
        Members.CustomerId => ReadCustomerId(ref reader),
        Members.PlacedAt => ReadPlacedAt(ref reader),
        Members.Currency => ReadCurrency(ref reader),
        Members.Total => ReadTotal(ref reader),
        _ => ReadLines(ref reader),
    };

    private Refusal? ReadOrderId(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return Refusal.WrongType("orderId", reader.TokenType, "a string");
        }

        return reader.TryGetGuid(out _orderId) ? null : Refusal.InvalidValue("orderId", reader.ValueSpan, "a UUID with hyphens");
    }

    private Refusal? ReadCustomerId(scoped ref Utf8JsonReader reader)
    {
        if (JsonText.Read(ref reader, "customerId", out _customerId, out var length) is { } refusal)
        {
            return refusal;
        }

        return length is < 1 or > OrderRules.MaxCustomerIdLength ? BrokenRule.CustomerIdLength(length) : null;
    }

    private Refusal? ReadPlacedAt(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return Refusal.WrongType("placedAt", reader.TokenType, "a string");
        }

        if (!reader.TryGetDateTimeOffset(out _placedAt))
        {
            return Refusal.InvalidValue("placedAt", reader.ValueSpan, "an ISO 8601 time");
        }

        // Without an offset the framework takes the time for this machine's local time.
        return HasOffset(ref reader) ? null : BrokenRule.PlacedAtOffset(reader.GetString()!);
    }

    private static bool HasOffset(scoped ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> text = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        var time = text.IndexOf((byte)'T');
        return time >= 0 && text[time..].ContainsAny((byte)'Z', (byte)'+', (byte)'-');
    }

    private Refusal? ReadCurrency(scoped ref Utf8JsonReader reader)
    {
        if (JsonText.Read(ref reader, "currency", out _currency, out _) is { } refusal)
        {
            return refusal;
        }

        return IsCurrency(_currency) ? null : BrokenRule.CurrencyFormat(Encoding.UTF8.GetString(_currency));
    }

    /// <summary>Whether a text has a currency code's form.</summary>
    public static bool IsCurrency(ReadOnlySpan<byte> text) =>
        text.Length == OrderRules.CurrencyLength && !text.ContainsAnyExceptInRange((byte)'A', (byte)'Z');

    private Refusal? ReadTotal(scoped ref Utf8JsonReader reader)
    {
        if (!AmountText.TryRead(ref reader, _amountsMayBeText, out var text))
        {
            return Refusal.WrongType("total", reader.TokenType, "a number");
        }

        return Amount.Read(text, OrderRules.TotalDecimals, out _total) switch
        {
            AmountReading.Ok => null,
            AmountReading.OutOfRange => BrokenRule.TotalRange(AmountText.Show(text)),
            AmountReading.TooManyDecimals => BrokenRule.TotalDecimals(AmountText.Show(text)),
            _ => Refusal.InvalidValue("total", text, "a decimal number"),
        };
    }

    private Refusal? ReadLines(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Refusal.WrongType("lines", reader.TokenType, "an array");
        }

        if ((_seen & Members.AllButLines) == Members.AllButLines)
        {
            return WriteRow(ref reader);
        }

        _deferredLines = (int)reader.TokenStartIndex;
        reader.Skip();
        return null;
    }

    private Refusal? Complete()
    {
        if (_seen != Members.All)
        {
            return Refusal.MissingMember(Owner, string.Join(", ", MissingNames()));
        }

        if (!_linesAreWritten)
        {
            var reader = new Utf8JsonReader(_body[_deferredLines..], isFinalBlock: false, default);
            reader.Read();
            if (WriteRow(ref reader) is { } refusal)
            {
                return refusal;
            }
        }

        if (!OrderTotal.IsSum(_total, _sum))
        {
            return BrokenRule.TotalMismatch(
                AmountText.Show((UInt128)_total, OrderRules.TotalDecimals),
                AmountText.Show(OrderTotal.Rounded(_sum), OrderRules.TotalDecimals));
        }

        ContentHash.Append(_rows, _rowStart);
        return null;
    }

    private readonly IEnumerable<string> MissingNames()
    {
        var seen = _seen;
        return Enum.GetValues<Members>()
            .Where(member => int.PopCount((int)member) == 1 && (seen & member) == 0)
            .Select(JsonNameOf);
    }

    private Refusal? WriteRow(scoped ref Utf8JsonReader reader)
    {
        OrderColumns.Write(_rows, _orderId, _customerId, _placedAt, _currency, _total);
        var start = _rows.BeginJsonb();
        var refusal = LinesReader.Read(ref reader, _rows, _amountsMayBeText, out _sum);
        _rows.EndJsonb(start);
        _linesAreWritten = true;
        return refusal;
    }
}
