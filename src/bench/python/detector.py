"""The detector in PyTorch: what DetectorArchitecture.standard is in DL4J."""

import torch
from torch import nn

RETAIN = 0.4
HIDDEN = (512, 32)
LEARNING_RATE = 0.01
DECAY = 5e-4


class Gated(nn.Module):
    """h = relu(fc(x)), a = softmax(att(x)) over units, dropout(h + h a)."""

    def __init__(self, inputs, units):
        super().__init__()
        self.fc = nn.Linear(inputs, units)
        self.attention = nn.Linear(inputs, units)
        self.dropout = nn.Dropout(1 - RETAIN)

    def forward(self, x):
        h = torch.relu(self.fc(x))
        a = torch.softmax(self.attention(x), dim=1)
        return self.dropout(h + h * a)


class Detector(nn.Module):
    """Scores of segments: the mean over crops of the sigmoid."""

    def __init__(self, dim, crops):
        super().__init__()
        self.crops = crops
        sizes = (dim, *HIDDEN)
        self.layers = nn.Sequential(*(Gated(*pair) for pair in zip(sizes, sizes[1:])))
        self.score = nn.Linear(HIDDEN[-1], 1)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, x):
        scores = torch.sigmoid(self.score(self.layers(x))).view(-1, self.crops)
        return scores.mean(dim=1)


def optimizer(model):
    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
    biases = [p for name, p in model.named_parameters() if name.endswith("bias")]
    return torch.optim.SGD(
        [{"params": weights, "weight_decay": DECAY}, {"params": biases, "weight_decay": 0}],
        lr=LEARNING_RATE)
