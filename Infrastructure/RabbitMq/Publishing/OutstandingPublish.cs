using System.Buffers;
using System.Diagnostics;

namespace Infrastructure.RabbitMq.Publishing;

/// <summary>One message on its way, with a copy of its body. Used again for the next: a message costs no allocation but its id.</summary>
internal sealed class OutstandingPublish
{
    // A larger body is given back after use: 50,000 of these must not keep what one large order needed.
    private const int KeptBytes = 4 * 1024;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>In which order it was accepted; republishing keeps that order.</summary>
    public long Number { get; private set; }

    public string MessageId { get; private set; } = "";

    public long PublishedAt { get; private set; }

    public long Tag { get; private set; }

    /// <summary>Its span, from here to its confirm; <see langword="null"/> when nobody traces.</summary>
    public Activity? Span { get; set; }

    public ReadOnlyMemory<byte> Body => _buffer.AsMemory(0, _length);

    public int Bytes => _length;

    /// <summary>How often it was handed to the broker.</summary>
    public int Sent { get; set; }

    /// <summary>When it was last handed over, as a timestamp of the time provider.</summary>
    public long SentAt { get; set; }

    /// <summary>The broker has sent it back, and is about to acknowledge it all the same.</summary>
    public bool IsReturned { get; set; }

    /// <summary>It was in flight when its channel went: it may be stored, only nobody said so.</summary>
    public bool MayBeStored { get; set; }

    /// <summary>How often the broker has sent it back.</summary>
    public int Returns { get; set; }

    /// <summary>It may be what made the broker close the channel.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>Why it is given up.</summary>
    public string Failure { get; set; } = "";

    public void Fill(long number, string messageId, ReadOnlySpan<byte> body, long publishedAt, long tag)
    {
        if (_buffer.Length < body.Length)
        {
            _buffer = body.Length > KeptBytes ? ArrayPool<byte>.Shared.Rent(body.Length) : new byte[KeptBytes];
        }

        body.CopyTo(_buffer);
        _length = body.Length;
        (Number, MessageId, PublishedAt, Tag) = (number, messageId, publishedAt, tag);
        (Sent, SentAt, IsReturned, MayBeStored, Returns, IsSuspect, Failure) = (0, 0, false, false, 0, false, "");
    }

    public void Clear()
    {
        MessageId = "";
        Span = null;
        if (_buffer.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
