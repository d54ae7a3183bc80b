namespace Infrastructure.RabbitMq;

/// <summary>How <see cref="IOrderPublisher"/> publishes. Section <c>OrderPublisher</c>.</summary>
public sealed class OrderPublisherOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "OrderPublisher";

    /// <summary>Default of <see cref="ConfirmSeconds"/>.</summary>
    public const int DefaultConfirmSeconds = 10;

    /// <summary>Default of <see cref="MaxOutstanding"/>.</summary>
    public const int DefaultMaxOutstanding = 10_000;

    /// <summary>Gets or sets how long a confirm is waited for, in seconds. After it the outcome is unknown.</summary>
    /// <value>The default is 10. The range is 1 to 600.</value>
    [SettingRange("OrderPublisher:ConfirmSeconds", 1, 600)]
    public int ConfirmSeconds { get; set; } = DefaultConfirmSeconds;

    /// <summary>
    /// Gets or sets how many orders may be outstanding at once, those that nobody waits for any more included: 100 are in the bus, which keeps them until the
    /// broker is there again, the others wait for their turn. Beyond it an order is not accepted.
    /// </summary>
    /// <value>The default is 10,000. The range is 1 to 1,000,000.</value>
    [SettingRange("OrderPublisher:MaxOutstanding", 1, 1_000_000)]
    public int MaxOutstanding { get; set; } = DefaultMaxOutstanding;
}
