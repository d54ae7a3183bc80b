namespace Infrastructure.RabbitMq;

/// <summary>How <see cref="IOrderPublisher"/> publishes. Section <c>OrderPublisher</c>.</summary>
public sealed class OrderPublisherOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "OrderPublisher";

    /// <summary>Default of <see cref="ConfirmSeconds"/>.</summary>
    public const int DefaultConfirmSeconds = 10;

    /// <summary>Gets or sets how long a confirm is waited for, in seconds. After it the outcome is unknown.</summary>
    /// <value>The default is 10. The range is 1 to 600.</value>
    [SettingRange("OrderPublisher:ConfirmSeconds", 1, 600)]
    public int ConfirmSeconds { get; set; } = DefaultConfirmSeconds;
}
