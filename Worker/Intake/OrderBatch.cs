using System.Runtime.InteropServices;
using Contracts;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Worker.Intake.Decoding;

namespace Worker.Intake;

/// <summary>
/// The messages that are stored and acknowledged together: rows ready to be sent, and what is needed should one of them turn out
/// to be unfit. Filled and emptied over and over, so that a session allocates its two once.
/// </summary>
/// <remarks>Not thread-safe; <see cref="BatchHandover"/> decides whose turn it is.</remarks>
internal sealed class OrderBatch(int maxDeliveries, int maxBytes, BatchLinks? links = null) : IOrderRows
{
    private const int HashSize = 16;
    private const int IdSize = 16;

    // The order id is a row's first column, behind the count of the columns and its own length.
    private const int OrderIdAt = sizeof(short) + sizeof(int);
    private const int InitialBytes = 256 * 1024;

    private readonly CopyBuffer _copy = new(Math.Min(InitialBytes, maxBytes));
    private readonly BodyBuffer _bodies = new(Math.Min(InitialBytes, maxBytes));
    private readonly Dictionary<Guid, int> _rowOfOrder = [];
    private readonly List<Row> _rows = [];
    private readonly List<DeadLetter> _deadLetters = [];
    private readonly Dictionary<Guid, DeadLetter> _conflicts = [];
    private readonly List<ulong> _suspects = [];
    private long _otherBytes;
    private bool _takesNoMore;

    /// <summary>Messages the batch answers for.</summary>
    public int Deliveries { get; private set; }

    /// <summary>Messages that repeat a row of this batch.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Messages that did not lie in the receive buffer in one piece.</summary>
    public int Assembled { get; private set; }

    /// <summary>Messages that waited in the overflow.</summary>
    public int Overflowed { get; private set; }

    /// <summary>The last message's tag. Everything up to it belongs to this batch or an earlier one.</summary>
    public ulong LastTag { get; private set; }

    /// <summary>
    /// The last tag that is no suspect's, for the cumulative ack: a broker knows the tags of those no more once they are rejected. 0 when
    /// there is nothing in the batch but suspects.
    /// </summary>
    public ulong AckTag { get; private set; }

    /// <summary>Tags of messages that may kill whoever looks into them. Nobody did, and nothing of them is in the rows or among the letters.</summary>
    public IReadOnlyList<ulong> Suspects => _suspects;

    /// <summary>Some message was delivered before, so its row may be stored already.</summary>
    public bool HasRedelivered { get; private set; }

    /// <summary>Why it was taken for writing.</summary>
    public FlushReason FlushReason { get; set; }

    /// <summary>Where its messages come from; <see langword="null"/> when nobody wants to know.</summary>
    public BatchLinks? Links => links;

    public int Count => _rows.Count;

    public ReadOnlyMemory<byte> CopyData => _copy.Written;

    public IEnumerable<KeyValuePair<Guid, Guid>> HashOfOrder => Enumerable.Range(0, Count).Select(KeyOf);

    public IReadOnlyList<DeadLetter> DeadLetters => _deadLetters;

    /// <summary>Whether it takes no more until it has been written.</summary>
    public bool IsFull => _takesNoMore || Deliveries >= maxDeliveries || _copy.Length + _bodies.Length + _otherBytes >= maxBytes;

    /// <summary>What it is full of; <see langword="null"/> when it is not.</summary>
    public FlushReason? FullOf =>
        !IsFull ? null
        : _takesNoMore ? FlushReason.Conflict
        : Deliveries >= maxDeliveries ? FlushReason.Rows
        : FlushReason.Bytes;

    /// <summary>Takes a delivery in, if there is room. A suspect is noted and not looked into.</summary>
    public AddResult Add(in Delivery delivery)
    {
        if (IsFull)
        {
            return AddResult.Full;
        }

        if (delivery.IsSuspect)
        {
            _suspects.Add(delivery.Tag);
            Deliveries++;
            LastTag = delivery.Tag;
            return AddResult.Added;
        }

        return AddRead(delivery);
    }

    /// <summary>Takes a delivery in that is looked into whatever its past, with nobody beside it.</summary>
    public AddResult AddRead(in Delivery delivery)
    {
        var start = _copy.Length;
        var refusal = Decode(delivery, out var order);
        if (refusal is not null)
        {
            _copy.TruncateTo(start);
            _deadLetters.Add(DeadLetterOf(delivery, refusal, DeadLetter.DecodeStage, order.OrderId));
            _otherBytes += delivery.Size;
        }
        else if (!TryAddRow(delivery, order, start))
        {
            _takesNoMore = true;
            return AddResult.Conflicts;
        }

        AnswerFor(delivery);
        return AddResult.Added;
    }

    /// <summary>Makes a delivery a dead letter that nobody looks into.</summary>
    public void AddUnread(in Delivery delivery, Refusal refusal)
    {
        _deadLetters.Add(DeadLetterOf(delivery, refusal, DeadLetter.BrokerStage, orderId: default));
        _otherBytes += delivery.Size;
        AnswerFor(delivery);
    }

    /// <summary>Ends the rows. From here on the batch only gives out.</summary>
    public void Seal() => _copy.EndRows();

    /// <summary>Forgets everything, for the next use.</summary>
    public void Reset()
    {
        _copy.Reset(maxBytes);
        _bodies.Reset(maxBytes);
        _rowOfOrder.Clear();
        _rows.Clear();
        _deadLetters.Clear();
        _conflicts.Clear();
        _suspects.Clear();
        _otherBytes = 0;
        _takesNoMore = false;
        Deliveries = 0;
        Duplicates = 0;
        LastTag = 0;
        Assembled = 0;
        Overflowed = 0;
        AckTag = 0;
        HasRedelivered = false;
        links?.Clear();
    }

    /// <summary>The same letter however often the batch is written: its id is how the table recognises it.</summary>
    public DeadLetter ConflictOf(Guid orderId)
    {
        if (_conflicts.TryGetValue(orderId, out var known))
        {
            return known;
        }

        var refusal = new Refusal(DeadLetter.ConflictReason, $"order {orderId} is stored already with other content");
        return _conflicts[orderId] = DeadLetterOf(DeliveryOf(_rows[_rowOfOrder[orderId]]), refusal, DeadLetter.StoreStage, orderId);
    }

    /// <summary>Puts a row aside that the database refuses. It stays where it is; whoever stores the others leaves it out.</summary>
    public void PutAside(int row, PostgresFault fault)
    {
        var refusal = new Refusal(DeadLetter.RefusedReason + (fault.SqlState ?? "client"), fault.Problem);
        _deadLetters.Add(DeadLetterOf(DeliveryOf(_rows[row]), refusal, DeadLetter.StoreStage, KeyOf(row).Key) with
        {
            SqlState = fault.SqlState,
            ConstraintName = fault.ConstraintName,
            ColumnName = fault.ColumnName,
        });
    }

    /// <summary>Some of the rows, in binary COPY format.</summary>
    public ReadOnlyMemory<byte> CopyOf(int[] rows)
    {
        var copy = new CopyBuffer(CopyBuffer.HeaderLength + rows.Sum(row => BytesOf(row).Length) + sizeof(short));
        foreach (var row in rows)
        {
            copy.Append(BytesOf(row));
        }

        copy.EndRows();
        return copy.Written;
    }

    /// <summary>Order id and content hash of a row.</summary>
    public KeyValuePair<Guid, Guid> KeyOf(int row) => KeyValuePair.Create(
        new Guid(BytesOf(row).Slice(OrderIdAt, IdSize), bigEndian: true),
        new Guid(HashBefore(_rows[row].End), bigEndian: true));

    /// <summary>When each row's order was published, in Unix microseconds, as far as the messages say.</summary>
    public IEnumerable<long> PublishTimes() => _rows.Where(row => row.PublishedAt > 0).Select(row => row.PublishedAt);

    private void AnswerFor(in Delivery delivery)
    {
        Deliveries++;
        LastTag = delivery.Tag;
        AckTag = delivery.Tag;
        HasRedelivered |= delivery.Redelivered;
        Assembled += delivery.Path == DeliveryPath.Assembled ? 1 : 0;
        Overflowed += delivery.Path == DeliveryPath.Overflow ? 1 : 0;
        links?.Add(delivery.Properties.TraceParent);
    }

    private Refusal? Decode(in Delivery delivery, out DecodedOrder order)
    {
        order = default;
        try
        {
            return BodyFormats.Of(delivery.Properties, out var format)
                ?? OrderDecoder.Decode(delivery.Body.Span, format, _copy, out order);
        }
        catch (Exception unforeseen) when (unforeseen is not OutOfMemoryException)
        {
            // A fault of ours. Were it let out, the client would swallow it and the next cumulative ack would lose the message.
            return new Refusal("decode.unforeseen", Printable.Clip($"{unforeseen.GetType().Name}: {unforeseen.Message}"));
        }
    }

    /// <returns><see langword="false"/> when the batch holds the order with other content.</returns>
    private bool TryAddRow(in Delivery delivery, in DecodedOrder order, int start)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_rowOfOrder, order.OrderId, out var isKnown);
        if (isKnown)
        {
            var isSame = HashBefore(_copy.Length).SequenceEqual(HashBefore(_rows[index].End));
            _copy.TruncateTo(start);
            Duplicates += isSame ? 1 : 0;
            return isSame;
        }

        index = _rows.Count;
        _rows.Add(new Row(
            End: _copy.Length,
            BodyStart: _bodies.Append(delivery.Body.Span),
            BodyLength: delivery.Body.Length,
            EncodedLength: delivery.Properties.Encoded.Length,
            delivery.Exchange,
            delivery.Redelivered,
            delivery.Properties.PublishedAt ?? order.SentAt));
        _bodies.Append(delivery.Properties.Encoded.Span);
        return true;
    }

    private ReadOnlySpan<byte> BytesOf(int row) => _copy.Written.Span[(row == 0 ? CopyBuffer.HeaderLength : _rows[row - 1].End).._rows[row].End];

    // What it came as, as far as it was kept.
    private Delivery DeliveryOf(in Row row) => new(
        0,
        row.Redelivered,
        row.Exchange,
        new MessageProperties(_bodies.Slice(row.BodyStart + row.BodyLength, row.EncodedLength)),
        _bodies.Slice(row.BodyStart, row.BodyLength));

    // The content hash is a row's last column.
    private ReadOnlySpan<byte> HashBefore(int rowEnd) => _copy.Written.Span.Slice(rowEnd - HashSize, HashSize);

    private static DeadLetter DeadLetterOf(in Delivery delivery, Refusal refusal, string stage, Guid orderId)
    {
        var properties = delivery.Properties.Read(out var isComplete);
        return new DeadLetter
        {
            Body = delivery.Body.ToArray(),
            Headers = PropertiesJson.Write(properties, isComplete ? default : delivery.Properties.Encoded.Span),
            Reason = refusal.Reason,
            Detail = refusal.Detail,
            Stage = stage,
            Exchange = PropertiesJson.Storable(delivery.Exchange)!,
            OrderId = orderId == Guid.Empty ? null : orderId,
            MessageId = properties.MessageId is { Length: > 0 } id ? PropertiesJson.Storable(id) : null,
            Redelivered = delivery.Redelivered,
            ReplayOf = MessageProperties.TextOf(properties, MessageHeaders.ReplayOf),
        };
    }

    private readonly record struct Row(
        int End,
        int BodyStart,
        int BodyLength,
        int EncodedLength,
        string Exchange,
        bool Redelivered,
        long PublishedAt);
}
