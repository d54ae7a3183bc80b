namespace Infrastructure.RabbitMq.Publishing;

/// <summary>How much a <see cref="ConfirmedPublisher"/> has on its way, and how long it hopes.</summary>
public sealed record ConfirmedPublisherOptions
{
    /// <summary>Default of <see cref="Window"/>.</summary>
    public const int DefaultWindow = 5_000;

    /// <summary>Largest <see cref="Window"/>.</summary>
    public const int MaxWindow = 50_000;

    /// <summary>Default of <see cref="MaxOutstandingBytes"/>: 64 MiB.</summary>
    public const long DefaultMaxOutstandingBytes = 64 * 1024 * 1024;

    /// <summary>Default of <see cref="ConfirmTimeout"/>.</summary>
    public static readonly TimeSpan DefaultConfirmTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Default of <see cref="GiveUpAfter"/>.</summary>
    public static readonly TimeSpan DefaultGiveUpAfter = TimeSpan.FromSeconds(60);

    /// <summary>Gets how many messages may be unconfirmed at once. When that many are, the caller waits.</summary>
    /// <value>The default is 5000. The range is 1 to 50,000.</value>
    public int Window { get; init; } = DefaultWindow;

    /// <summary>Gets how many bytes of bodies may be unconfirmed at once.</summary>
    /// <value>The default is 64 MiB. At least 1; a single larger body goes alone.</value>
    public long MaxOutstandingBytes { get; init; } = DefaultMaxOutstandingBytes;

    /// <summary>
    /// Gets how long the broker may owe confirms without sending one. Then the connection is replaced and all is published again.
    /// An attempt to connect may take as long.
    /// </summary>
    /// <value>The default is 10 seconds. More than zero.</value>
    public TimeSpan ConfirmTimeout { get; init; } = DefaultConfirmTimeout;

    /// <summary>
    /// Gets how long nothing may be confirmed before everything is given up, a blocked or absent broker included.
    /// </summary>
    /// <value>The default is 60 seconds. More than zero.</value>
    public TimeSpan GiveUpAfter { get; init; } = DefaultGiveUpAfter;

    /// <summary>Gets the content type of every message.</summary>
    /// <value>The default is <see cref="MessageHeaders.PlainJson"/>.</value>
    public string ContentType { get; init; } = MessageHeaders.PlainJson;

    /// <summary>Gets what is told of every message that is given up, one at a time. Its body is valid during the call only.</summary>
    /// <value>The default is nobody.</value>
    public Action<UnconfirmedMessage>? OnUnconfirmed { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Window, MaxWindow);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxOutstandingBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConfirmTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(GiveUpAfter, TimeSpan.Zero);
    }
}
