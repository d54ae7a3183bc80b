namespace Producer.CommandLine;

/// <summary>The text of <c>--help</c> for the whole program.</summary>
internal static class Help
{
    public const string Producer =
        """
        Publishes orders to RabbitMQ, each one confirmed by the broker or reported.

        Where the broker is comes from the environment or appsettings.json:
          ConnectionStrings__RabbitMq  amqp://user:password@host:5672/vhost (must be set)
          RabbitMq__Pipeline           name of exchange and queue (orders)

        The result goes to stdout, everything else to stderr. Exit codes:
            0  all orders confirmed, none refused
            1  not all orders confirmed, or the broker was not reached
            3  some lines refused, all others confirmed
           64  wrong usage
           65  with --strict: stopped at a refused line; publish-one: the order was refused
           66  a file cannot be read or written
           78  wrong configuration, or the broker refuses it (login, rights, queues with other arguments)
          130  interrupted; what was not confirmed is reported
        """;
}
