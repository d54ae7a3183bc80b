using System.CommandLine;
using Producer.CommandLine;
using Producer.Generate;
using Producer.Publish;
using Producer.PublishOne;

var producer = new RootCommand(Help.Producer)
{
    PublishCommand.Create(),
    GenerateCommand.Create(),
    PublishOneCommand.Create(),
};

return await Invocation.RunAsync(producer, args);
