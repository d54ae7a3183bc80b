using RabbitMQ.Client;

namespace IntegrationTests.Stack;

/// <summary>Messages that a broker returns, because no queue takes them.</summary>
internal static class Returns
{
    /// <summary>
    /// Publishes messages with hostile headers that come back, and asks the broker something afterwards on the same connection.
    /// </summary>
    public static async Task SurviveAsync(IConnection connection, Pipeline pipeline)
    {
        await using var _ = connection;
        await using var publisher = await RawPublisher.OpenAsync(connection, pipeline.Names);
        var hostile = HostileProperties.Deadly();
        foreach (var (_, properties) in hostile)
        {
            await publisher.PublishAsync(properties, Some.Body(), exchange: "").WaitAsync(TimeSpan.FromSeconds(60));
        }

        Assert.True(connection.IsOpen, connection.CloseReason?.ToString());
        await Eventually.EqualAsync(hostile.Count, "returned messages", () => publisher.Returned);
    }
}
