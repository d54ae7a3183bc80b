using System.Security.Cryptography;
using System.Text;

namespace Infrastructure.Postgres;

/// <summary>A message on its way into <c>dead_letters</c>.</summary>
public sealed record DeadLetter
{
    /// <summary>Stage of a message that could not be read or breaks a rule.</summary>
    public const string DecodeStage = "decode";

    /// <summary>Stage of a message whose row could not be stored.</summary>
    public const string StoreStage = "store";

    /// <summary>Stage of a message that was put aside unread, because of what the broker says of it.</summary>
    public const string BrokerStage = "broker";

    /// <summary>Reasons of rows that the database refuses, followed by its SQLSTATE.</summary>
    public const string RefusedReason = "store.";

    /// <summary>Reason of an order whose id is stored already with other content.</summary>
    public const string ConflictReason = "conflict.duplicate";

    /// <summary>Reason of a message that was delivered in vain again and again, the last times alone: it may be what ended the processes.</summary>
    public const string CrashReason = "crash.suspected";

    /// <summary>Reason of one that was so, and that the broker had given up on before.</summary>
    public const string DeliveryLimitReason = "broker.delivery_limit";

    /// <summary>Given when it was put aside, and kept when the batch is written again: the same letter is one row.</summary>
    public Guid Id { get; } = Guid.CreateVersion7();

    /// <summary>The body, byte for byte.</summary>
    public required byte[] Body { get; init; }

    /// <summary>Properties and headers as a JSON object.</summary>
    public required string Headers { get; init; }

    /// <summary>Why, for machines.</summary>
    public required string Reason { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Detail { get; init; }

    /// <summary><see cref="DecodeStage"/>, <see cref="StoreStage"/> or <see cref="BrokerStage"/>.</summary>
    public required string Stage { get; init; }

    /// <summary>The exchange the message was published to.</summary>
    public required string Exchange { get; init; }

    /// <summary>The order's id, if it could be read.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>The message's id, if it has one.</summary>
    public string? MessageId { get; init; }

    /// <summary>Which letter was sent back and for which time, when the message is one that was put aside before.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>SQLSTATE, when the database refused the row.</summary>
    public string? SqlState { get; init; }

    /// <summary>Name of the constraint, when one refused the row.</summary>
    public string? ConstraintName { get; init; }

    /// <summary>Name of the column, when the database named one.</summary>
    public string? ColumnName { get; init; }

    /// <summary>The broker delivered it before, so an earlier worker may have put it aside already.</summary>
    public bool Redelivered { get; init; }

    /// <summary>
    /// Whether a letter of the same fingerprint is the same letter. A message id says so, or which letter was sent back; without either, only a
    /// redelivery can be a repetition, and two equal bodies are two messages.
    /// </summary>
    public bool IsRepeatable => MessageId is not null || ReplayOf is not null || Redelivered;

    /// <summary>The first 16 bytes of SHA-256 over message id, body and, if there is one, <see cref="ReplayOf"/>.</summary>
    public Guid Fingerprint()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"{MessageId}\0"));
        sha.AppendData(Body);
        if (ReplayOf is not null)
        {
            sha.AppendData(Encoding.UTF8.GetBytes($"\0{ReplayOf}"));
        }

        sha.GetHashAndReset(hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
